-- Campaigns with clean names and channels.
select * replace (trim(campaign_name) as campaign_name, lower(channel) as channel)
from raw.campaigns

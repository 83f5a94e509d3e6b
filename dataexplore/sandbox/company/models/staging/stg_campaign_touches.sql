-- Campaign touches; an e-mail opened or clicked and an ad clicked count as a reaction.
select
    *,
    touch_type in ('open', 'click') as is_reaction
from raw.campaign_touches

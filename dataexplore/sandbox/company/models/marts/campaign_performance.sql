-- One row a campaign: what it cost, whom it reached and the revenue credited to it.
with reach as (
    select
        campaign_id,
        count(*) as touch_count,
        count(distinct customer_id) as reached_customers,
        count(*) filter (where is_reaction) as reaction_count,
        sum(cost_eur) as media_cost
    from staging.stg_campaign_touches
    group by campaign_id
),

credit as (
    select
        attribution.campaign_id,
        count(*) as order_count,
        sum(orders.amount) as revenue
    from intermediate.int_campaign_attribution as attribution
    inner join intermediate.int_order_revenue as orders
        on attribution.order_id = orders.order_id
    group by attribution.campaign_id
)

select
    campaigns.campaign_id,
    campaigns.campaign_code,
    campaigns.campaign_name,
    campaigns.channel,
    campaigns.started_on,
    campaigns.ended_on,
    campaigns.budget_eur,
    coalesce(reach.touch_count, 0) as touch_count,
    coalesce(reach.reached_customers, 0) as reached_customers,
    coalesce(reach.reaction_count, 0) as reaction_count,
    cast(coalesce(reach.media_cost, 0) as decimal(18, 3)) as media_cost,
    coalesce(credit.order_count, 0) as order_count,
    cast(coalesce(credit.revenue, 0) as decimal(18, 2)) as revenue,
    round(100.0 * reach.reaction_count / nullif(reach.touch_count, 0), 1) as reaction_percent,
    rank() over (partition by campaigns.channel order by coalesce(credit.revenue, 0) desc) as rank_in_channel
from staging.stg_campaigns as campaigns
left join reach
    on campaigns.campaign_id = reach.campaign_id
left join credit
    on campaigns.campaign_id = credit.campaign_id

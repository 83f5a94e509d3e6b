-- Web events without second deliveries and without bots.
select
    event_id,
    session_id,
    customer_id,
    event_type,
    split_part(page_url, '?', 1) as page_path,
    nullif(regexp_extract(page_url, 'utm_source=(\w+)', 1), '') as utm_source,
    coalesce(device, 'unknown') as device,
    client.browser as browser,
    occurred_at
from raw.web_events
where not client.bot
qualify row_number() over (partition by event_id order by _loaded_at) = 1

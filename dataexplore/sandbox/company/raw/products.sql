-- The catalogue; a colour or size variant names the product it varies in parent_product_id.
with shelves (shelf, category_id, low, high, nouns, sizes) as (
    values
        (0, 8, 24, 149, ['Saucepan', 'Frying Pan', 'Casserole', 'Stock Pot', 'Crêpe Pan'], ['20 cm', '24 cm', '28 cm']),
        (1, 9, 6, 49, ['Dinner Plate', 'Soup Bowl', 'Serving Platter', 'Enamel Mug', 'Carafe'], ['small', 'large', 'set of 4']),
        (2, 10, 12, 119, ['Pour-over Dripper', 'French Press', 'Teapot', 'Café au Lait Bowl', 'Moka Pot'], ['2 cups', '4 cups', '8 cups']),
        (3, 11, 7, 35, ['Apron', 'Tea Towel', 'Oven Mitt', 'Table Runner'], ['linen', 'cotton', 'set of 2']),
        (4, 12, 29, 229, ['Pendant Lamp', 'Table Lamp', 'Floor Lamp', 'Wall Light'], ['brass', 'oak', 'smoked glass']),
        (5, 13, 15, 99, ['Cushion', 'Wool Throw', 'Floor Pouf', 'Bolster'], ['40 × 40 cm', '50 × 50 cm', '130 × 180 cm']),
        (6, 14, 5, 39, ['Scented Candle', 'Pillar Candle', 'Tealight Holder', 'Lantern'], ['fig', 'cedar', 'unscented']),
        (7, 15, 9, 89, ['Storage Basket', 'Stacking Box', 'Wall Shelf', 'Coat Rack'], ['S', 'M', 'L']),
        (8, 16, 11, 79, ['Terracotta Pot', 'Balcony Planter', 'Hanging Planter', 'Raised Bed'], ['Ø 18 cm', 'Ø 24 cm', 'Ø 32 cm']),
        (9, 17, 8, 69, ['Hand Trowel', 'Secateurs', 'Watering Can', 'Garden Fork', 'Leaf Rake'], ['steel', 'ash handle', 'copper']),
        (10, 18, 2, 12, ['Basil Seeds', 'Tomato Seeds', 'Wildflower Mix', 'Sunflower Seeds'], ['1 g', '5 g', '25 g']),
        (11, 19, 45, 189, ['Daypack', 'Roll-top Backpack', 'Trekking Backpack', 'Hip Pack'], ['14 l', '22 l', '38 l']),
        (12, 20, 9, 99, ['Camp Stove', 'Titanium Pot', 'Spork', 'Folding Kettle'], ['solo', 'duo', 'family']),
        (13, 21, 14, 45, ['Insulated Bottle', 'Thermos Flask', 'Travel Mug'], ['350 ml', '500 ml', '1 l']),
        (14, 22, 39, 199, ['Rain Jacket', 'Poncho', 'Rain Trousers', 'Umbrella'], ['S', 'M', 'L']),
        (15, 23, 9, 79, ['Building Blocks', 'Pull-along Duck', 'Train Set', 'Stacking Rings'], ['natural', 'rainbow', 'pastel']),
        (16, 24, 8, 35, ['Floor Puzzle', 'World Map Puzzle', 'Animal Puzzle'], ['48 pieces', '100 pieces', '500 pieces']),
        (17, 25, 5, 29, ['Dotted Notebook', 'Sketchbook', 'Weekly Planner', 'Pocket Notebook'], ['A6', 'A5', 'A4']),
        (18, 26, 3, 59, ['Fountain Pen', 'Gel Pen', 'Mechanical Pencil', 'Brush Pen'], ['black', 'ink blue', 'moss green']),
        (19, 27, 25, 139, ['Clamp Lamp', 'Desk Lamp', 'Reading Light'], ['white', 'graphite', 'brass'])
),

numbered as (
    select
        n as product_id,
        -- Three neighbours in one shelf are variants of one product: 1, 21 and 41 are, and 2, 22 and 42.
        case when (n - 1) // 20 % 3 > 0 then n - 20 * ((n - 1) // 20 % 3) end as parent_product_id,
        n - 20 * ((n - 1) // 20 % 3) as design,
        (n - 1) // 20 % 3 as variant
    from range(1, 601) as numbers(n)
),

priced as (
    select
        numbered.*,
        shelves.category_id,
        ['Fjordhaus', 'Maison Brume', 'Møllegård', 'Linden & Søn', 'Atelier Nord', 'Tilia', 'Över', 'Bastide', 'Kōen', 'Hearthwick']
        [1 + pick(design, #brand, 10)] as brand,
        shelves.nouns[1 + design // 60 % len(shelves.nouns)] as noun,
        ['Classic', 'Everyday', 'Nordic', 'Slow', 'Heritage', 'Studio', 'Coastal', 'Petit', 'Grand', 'Atelier'][1 + design // 60] as line,
        shelves.sizes[1 + variant] as size,
        shelves.low + pick(design, #price, shelves.high - shelves.low) * pick(design, #cheap, 100) // 100
        + variant * (shelves.high - shelves.low) // 12 as full_euros
    from numbered
    inner join shelves
        on shelves.shelf = (numbered.product_id - 1) % 20
)

select
    product_id,
    parent_product_id,
    category_id,
    printf('%s-%04d-%s', upper(left(strip_accents(noun), 3)), design, ['A', 'B', 'C'][1 + variant]) as sku,
    concat(brand, ' ', line, ' ', noun, ', ', size)
    || case when pick(product_id, #trailing_blank, 20) = 0 then '  ' else '' end as product_name,
    case when pick(product_id, #no_brand, 40) = 0 then null else brand end as brand,
    (full_euros + 0.90)::decimal(10, 2) as list_price,
    round((full_euros + 0.90) * (38 + pick(design, #cost, 22)) * 0.01, 2)::decimal(10, 2) as unit_cost,
    case when pick(product_id, #weighed, 12) = 0 then null else 40 + pick(product_id, #weight, 2400) end as weight_grams,
    case
        when product_id <= 420 then date '2019-03-01' + (product_id * 3)::integer
        else date '2023-01-01' + ((product_id - 420) * 1419 // 180)::integer
    end as launched_on,
    case when product_id % 17 = 0 and product_id < 420 then date '2025-06-30' end as discontinued_on,
    [line, size] as tags
from priced
order by product_id

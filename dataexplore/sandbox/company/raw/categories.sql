-- Product categories of the shop system; the root has no parent.
select *
from (
    values
        (1, null, 'All products', 1),
        (2, 1, 'Kitchen', 1),
        (3, 1, 'Living', 2),
        (4, 1, 'Garden', 3),
        (5, 1, 'Outdoor', 4),
        (6, 1, 'Kids', 5),
        (7, 1, 'Desk ', 6),
        (8, 2, 'Cookware', 1),
        (9, 2, 'Tableware', 2),
        (10, 2, 'Coffee & Tea', 3),
        (11, 2, 'Kitchen Textiles', 4),
        (12, 3, 'Lighting', 1),
        (13, 3, 'Cushions & Throws', 2),
        (14, 3, 'Candles', 3),
        (15, 3, 'Storage', 4),
        (16, 4, 'Planters', 1),
        (17, 4, ' Garden Tools', 2),
        (18, 4, 'Seeds', 3),
        (19, 5, 'Backpacks', 1),
        (20, 5, 'Camp Kitchen', 2),
        (21, 5, 'Bottles & Flasks', 3),
        (22, 5, 'Rainwear', 4),
        (23, 6, 'Wooden Toys', 1),
        (24, 6, 'Puzzles', 2),
        (25, 7, 'Notebooks', 1),
        (26, 7, 'Pens', 2),
        (27, 7, 'Desk Lamps', 3)
) as categories (category_id, parent_id, category_name, sort_order)

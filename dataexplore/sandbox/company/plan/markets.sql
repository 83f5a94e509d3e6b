-- The countries the company sells to: currency, price list, share of the customers, first of six stores.
select *
from (
    values
        ('DE', 'Germany', 'EUR', 1.00, 24, 1),
        ('FR', 'France', 'EUR', 1.00, 15, 7),
        ('GB', 'United Kingdom', 'GBP', 0.88, 14, 13),
        ('US', 'United States', 'USD', 1.10, 12, 19),
        ('NL', 'Netherlands', 'EUR', 1.00, 8, 25),
        ('SE', 'Sweden', 'SEK', 11.50, 6, 31),
        ('PL', 'Poland', 'PLN', 4.40, 6, null),
        ('ES', 'Spain', 'EUR', 1.00, 5, null),
        ('CZ', 'Czechia', 'CZK', 24.50, 3, null),
        ('CH', 'Switzerland', 'CHF', 0.98, 3, null),
        ('GR', 'Greece', 'EUR', 1.00, 2, null),
        ('JP', 'Japan', 'JPY', 160.00, 2, null)
) as markets (country_code, country_name, currency, price_factor, weight, first_store_id)

-- Customer accounts as the shop sends them: some twice, e-mails and countries as they were typed.
with voices (country_code, first_names, last_names, cities) as (
    values
        ('DE', ['Jürgen', 'Anja', 'Lukas', 'Mia', 'Sören', 'Käthe', 'Emre', 'Hannah', 'Björn', 'Leonie'],
            ['Müller', 'Schäfer', 'Weiß', 'Schröder', 'Yılmaz', 'Koch', 'Böhm', 'Krüger', 'Jäger', 'Lang'],
            ['Berlin', 'München', 'Köln', 'Hamburg', 'Düsseldorf', 'Leipzig', 'Tübingen']),
        ('FR', ['Chloé', 'François', 'Zoë', 'Inès', 'Théo', 'Anaïs', 'Jérôme', 'Maëlle', 'Louis', 'Camille'],
            ['Lefèvre', 'Dupont', 'Bénard', 'Moreau', 'Gauthier', 'Le Gall', 'Nguyễn', 'Petit', 'Rénier', 'Faure'],
            ['Paris', 'Lyon', 'Marseille', 'Nîmes', 'Besançon', 'Saint-Étienne', 'Lille']),
        ('GB', ['Oliver', 'Amelia', 'Siobhán', 'Harry', 'Priya', 'Grace', 'Mohammed', 'Eilidh', 'Jack', 'Niamh'],
            ['Taylor', 'O''Connor', 'Hughes', 'Patel', 'Brown', 'MacDonald', 'Evans', 'Khan', 'Wright', 'Ó Briain'],
            ['London', 'Manchester', 'Bristol', 'Edinburgh', 'Leeds', 'Cardiff', 'Stoke-on-Trent']),
        ('US', ['Emily', 'José', 'Liam', 'Ava', 'Noah', 'Zoë', 'Tyrone', 'Madison', 'Renée', 'Hiroshi'],
            ['Johnson', 'García', 'Smith', 'Nguyen', 'Peña', 'Williams', 'Kowalski', 'D''Angelo', 'Lee', 'Brown'],
            ['New York', 'Portland', 'Chicago', 'Austin', 'San José', 'Boston', 'Winston-Salem']),
        ('NL', ['Daan', 'Noor', 'Sanne', 'Jeroen', 'Fleur', 'Mees', 'Anouk', 'Zoë', 'Thijs', 'Renée'],
            ['de Vries', 'Jansen', 'van den Berg', 'Bakker', 'Visser', 'van ''t Hoff', 'Smit', 'Meijer', 'Mulder', 'Bos'],
            ['Amsterdam', 'Rotterdam', 'Utrecht', 'Den Haag', '''s-Hertogenbosch', 'Groningen', 'Eindhoven']),
        ('SE', ['Åsa', 'Björn', 'Elin', 'Håkan', 'Linnéa', 'Oskar', 'Märta', 'Göran', 'Saga', 'Lars'],
            ['Andersson', 'Öberg', 'Ekström', 'Sjöström', 'Åkesson', 'Nilsson', 'Lindqvist', 'Hägg', 'Berg', 'Lööf'],
            ['Stockholm', 'Göteborg', 'Malmö', 'Umeå', 'Västerås', 'Örebro', 'Luleå']),
        ('PL', ['Łukasz', 'Małgorzata', 'Paweł', 'Zofia', 'Agnieszka', 'Michał', 'Jan', 'Świętosława', 'Kasia', 'Ewa'],
            ['Kowalski', 'Wiśniewska', 'Wójcik', 'Zieliński', 'Dąbrowska', 'Nowak', 'Szymańska', 'Woźniak', 'Król', 'Gołąb'],
            ['Warszawa', 'Kraków', 'Łódź', 'Wrocław', 'Gdańsk', 'Poznań', 'Białystok']),
        ('ES', ['María', 'José', 'Lucía', 'Iñaki', 'Begoña', 'Hugo', 'Sofía', 'Andrés', 'Núria', 'Martín'],
            ['García', 'Fernández', 'Muñoz', 'Ibáñez', 'Núñez', 'López', 'Peña', 'Martínez', 'Ruiz', 'Castaño'],
            ['Madrid', 'Barcelona', 'Málaga', 'A Coruña', 'Cádiz', 'Logroño', 'Sevilla']),
        ('CZ', ['Tomáš', 'Jiří', 'Eliška', 'Kateřina', 'Ondřej', 'Zdeněk', 'Tereza', 'Vojtěch', 'Adéla', 'Petr'],
            ['Novák', 'Svobodová', 'Dvořák', 'Černý', 'Procházková', 'Kučera', 'Veselý', 'Horáková', 'Němec', 'Říha'],
            ['Praha', 'Brno', 'Plzeň', 'Olomouc', 'České Budějovice', 'Ústí nad Labem', 'Zlín']),
        ('CH', ['Urs', 'Noé', 'Reto', 'Céline', 'Beat', 'Lea', 'Gian', 'Ursina', 'Jörg', 'Aline'],
            ['Müller', 'Zürcher', 'Rüegg', 'Favre', 'Bernasconi', 'Zbinden', 'Käser', 'Blanc', 'Hösli', 'Frei'],
            ['Zürich', 'Genève', 'Basel', 'Neuchâtel', 'Lugano', 'St. Gallen', 'Bern']),
        ('GR', ['Ελένη', 'Γιώργος', 'Μαρία', 'Νίκος', 'Κατερίνα', 'Δημήτρης', 'Σοφία', 'Γιάννης', 'Άννα', 'Κώστας'],
            ['Παπαδόπουλος', 'Νικολάου', 'Γεωργίου', 'Οικονόμου', 'Βασιλείου', 'Δημητρίου', 'Παππά', 'Λάμπρου', 'Αγγέλου', 'Ρήγα'],
            ['Αθήνα', 'Θεσσαλονίκη', 'Πάτρα', 'Ηράκλειο', 'Λάρισα', 'Βόλος', 'Χανιά']),
        ('JP', ['結衣', '蓮', '陽菜', '大翔', 'さくら', '悠真', '美咲', '翔太', '葵', '健一'],
            ['佐藤', '鈴木', '高橋', '田中', '伊藤', '渡辺', '山本', '中村', '小林', '加藤'],
            ['東京', '大阪', '京都', '札幌', '福岡', '名古屋', '横浜'])
),

numbered as (
    select
        unnest(range(case when day = 0 then 1 else customers_before + 1 end, customers_after + 1)) as customer_id,
        order_date,
        first_customers
    from calendar
),

accounts as (
    select
        customer_id,
        case
            when customer_id <= first_customers then date '2021-01-01' + (customer_id * 729 // first_customers)::integer
            else order_date
        end as signed_up_on
    from numbered
),

people as (
    select
        accounts.*,
        market_slots.country_code,
        market_slots.country_name,
        voices.first_names[1 + pick(customer_id, #first_name, 10)] as first_name,
        voices.last_names[1 + pick(customer_id, #last_name, 10)] as last_name,
        voices.cities[1 + pick(customer_id, #city, 7)] as city,
        -- Domains under .example belong to nobody, so no address here is a real person's.
        ['mail.example', 'post.example', 'inbox.example', 'web.example'][1 + pick(customer_id, #mail, 4)] as mail_domain
    from accounts
    inner join market_slots
        on market_slots.slot = pick(accounts.customer_id, #market, 100)
    inner join voices
        on market_slots.country_code = voices.country_code
),

told as (
    select
        customer_id,
        case when pick(customer_id, #name_blank, 60) = 0 then first_name || ' ' else first_name end as first_name,
        last_name,
        case
            when pick(customer_id, #no_e_mail, 70) = 0 then null
            when country_code in ('GR', 'JP') then printf('%s%d@%s', lower(country_code), customer_id, mail_domain)
            else printf('%s.%s%d@%s', mailbox(first_name), mailbox(last_name), customer_id, mail_domain)
        end as email,
        case
            when pick(customer_id, #country, 50) = 0 then lower(country_code)
            when pick(customer_id, #country, 50) = 1 then country_name
            else country_code
        end as country,
        case when pick(customer_id, #no_city, 40) = 0 then '' else city end as city,
        case
            when pick(customer_id, #date_style, 25) = 0 then strftime(signed_up_on, '%d.%m.%Y')
            else strftime(signed_up_on, '%Y-%m-%d')
        end as signed_up_on,
        ['Y', 'N', 'yes', 'no', null][1 + pick(customer_id, #consent, 5)] as marketing_consent,
        case when pick(customer_id, #no_birth_year, 3) > 0 then 1944 + pick(customer_id, #birth_year, 62) end as birth_year,
        ['none', 'none', 'none', 'silver', 'silver', 'gold'][1 + pick(customer_id, #tier, 6)] as loyalty_tier,
        signed_up_on::timestamp + interval '28 hours' as _loaded_at
    from people
)

select
    * replace (case when pick(customer_id, #shouted, 12) = 0 then upper(email) else email end as email)
from told
union all
-- One in 30 accounts was sent again later, with news of its loyalty tier.
select
    * replace (
        'gold' as loyalty_tier,
        least(_loaded_at + to_days(30 + pick(customer_id, #sent_again, 300)::integer), timestamp '2026-11-20 04:00:00')
            as _loaded_at
    )
from told
where pick(customer_id, #twice, 30) = 0

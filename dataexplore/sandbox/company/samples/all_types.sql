-- A column a type, each with its extreme and awkward values; a column with fewer of them ends in nulls.
select
    row_id,
    [true, false][row_id] as boolean_value,
    cast([0, -128, 127] as tinyint[])[row_id] as int8_value,
    cast([0, -32768, 32767] as smallint[])[row_id] as int16_value,
    cast([0, -2147483648, 2147483647] as integer[])[row_id] as int32_value,
    -- 2^53 and its neighbours: a double keeps the first and loses the second.
    cast([
        9007199254740992, 9007199254740993, -9007199254740993, 9223372036854775807, -9223372036854775808, 0, -1,
        1234567890123456789
    ] as bigint[])[row_id] as int64_value,
    cast([18446744073709551615, 9223372036854775808, 9007199254740993, 0] as ubigint[])[row_id] as uint64_value,
    cast([
        '170141183460469231731687303715884105727', '-170141183460469231731687303715884105727', '18446744073709551616', '0'
    ] as hugeint[])[row_id] as int128_value,
    cast([
        '9999999999999999999999999999.9999999999', '-9999999999999999999999999999.9999999999', '0.0000000001',
        '-0.0000000001', '0', '1234567890.1000000000'
    ] as decimal(38, 10)[])[row_id] as decimal_38_10,
    cast([
        '99999999999999999999999999999999999999', '-99999999999999999999999999999999999999', '9007199254740993', '0'
    ] as decimal(38, 0)[])[row_id] as decimal_38_0,
    cast(['0.01', '-0.01', '9999999999999999.99', '1.10'] as decimal(18, 2)[])[row_id] as decimal_18_2,
    cast(['nan', 'inf', '-inf', '-0.0', '0.1', '3.4028235e38', '1e-45'] as float[])[row_id] as float_value,
    cast([
        'nan', 'inf', '-inf', '-0.0', '0.1', '1.7976931348623157e308', '5e-324', '0.30000000000000004', '1e16', '123456.789'
    ] as double[])[row_id] as double_value,
    [
        '', ' ', 'null', 'NULL', 'NaN', '007', '1e5', '-', 'a,b;c', 'say "hi"', 'O''Reilly', 'back\slash',
        'line' || chr(10) || 'break', 'carriage' || chr(13) || chr(10) || 'return', 'tab' || chr(9) || 'stop',
        'Zoë', 'Zoe' || chr(776), '日本語のテキスト', 'שלום עולם', 'مرحبا بالعالم', '👩‍👩‍👧‍👦 👍🏽 🇩🇪', '𝕬𝖇𝖈',
        'zero' || chr(8203) || 'width' || chr(65279), 'nul' || chr(0) || 'byte', '=1+1', '$start_date', '{{ name }}',
        repeat('long ', 2000), 'İstanbul ıI', 'ﬁ ligature', '  padded  '
    ][row_id] as text_value,
    cast([
        '0001-01-01', '9999-12-31', '1970-01-01', '1969-12-31', '1582-10-15', '2024-02-29', '1900-03-01', '2262-04-12'
    ] as date[])[row_id] as date_value,
    cast(['00:00:00', '23:59:59.999999', '12:34:56.000001'] as time[])[row_id] as time_value,
    cast([
        '0001-01-01 00:00:00', '9999-12-31 23:59:59', '1970-01-01 00:00:00', '2026-03-29 02:30:00'
    ] as timestamp_s[])[row_id] as timestamp_s_value,
    cast([
        '0001-01-01 00:00:00', '9999-12-31 23:59:59.999', '1969-12-31 23:59:59.999', '2026-03-29 02:30:00.125'
    ] as timestamp_ms[])[row_id] as timestamp_ms_value,
    cast([
        '0001-01-01 00:00:00', '9999-12-31 23:59:59.999999', '1969-12-31 23:59:59.999999', '2026-03-29 02:30:00.000001'
    ] as timestamp[])[row_id] as timestamp_us_value,
    cast([
        '1677-09-22 00:00:00', '2262-04-11 23:47:16.854775806', '1969-12-31 23:59:59.999999999',
        '2026-03-29 02:30:00.000000001'
    ] as timestamp_ns[])[row_id] as timestamp_ns_value,
    -- Offsets are written out, so that no time zone data is needed to read them.
    cast([
        '0001-01-01 00:00:00+00', '9999-12-31 23:59:59.999999+00', '2026-03-29 02:30:00+01', '2026-10-25 02:30:00+02',
        '2026-10-25 02:30:00+01', '1969-12-31 23:59:59.999999+00'
    ] as timestamptz[])[row_id] as timestamp_tz_value,
    cast(['0 days', '1 month 3 days', '-1 year', '36 hours 15 minutes', '0.000001 seconds', '400 years'] as interval[])[row_id]
        as interval_value,
    cast([
        '00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '6fa459ea-ee8a-4ca4-894e-db77e160355e'
    ] as uuid[])[row_id] as uuid_value,
    cast(['', '\x00\x01\x02', '\xDE\xAD\xBE\xEF\xFF', '<script>', '\xC3\x28'] as blob[])[row_id] as blob_value,
    cast(['sad', 'ok', 'glücklich', '😀'] as enum('sad', 'ok', 'glücklich', '😀')[])[row_id] as enum_value,
    cast([[], [1], [null], [1, null, 9007199254740993]] as bigint[][])[row_id] as list_value,
    cast([[], [[]], [null], [['a', ''], [null], []]] as varchar[][][])[row_id] as nested_list_value,
    cast([[1, 2, 3], [null, 0, -1]] as integer[3][])[row_id] as array_value,
    cast([{'a': 1, 'b': 'x'}, {'a': null, 'b': ''}, {'a': -1, 'b': null}] as struct(a bigint, b varchar)[])[row_id] as struct_value,
    cast([map {}, map {'a': 1}, map {'ü': null, '': 2}] as map(varchar, integer)[])[row_id] as map_value,
    cast([
        [], [{'day': date '2024-02-29', 'amounts': [1.5, null]}], [null, {'day': null, 'amounts': []}]
    ] as struct(day date, amounts decimal(18, 2)[])[][])[row_id] as struct_list_value,
    cast(['{}', '{"a": [1, null, "ü"], "b": 9007199254740993}', 'null', '"text"', '[]'] as json[])[row_id] as json_value,
    null::integer as always_null
from range(1, 33) as rows(row_id)

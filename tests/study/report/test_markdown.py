from study.report.markdown import table


def test_columns_line_up_text_to_the_left_and_numbers_to_the_right():
    assert table(["name", "value"], [["a", "1.25"], ["longer", "10"]]) == [
        "| name   | value |",
        "| ------ | ----: |",
        "| a      |  1.25 |",
        "| longer |    10 |",
    ]


def test_a_table_without_rows_has_its_head():
    assert table(["name", "value"], []) == ["| name | value |", "| ---- | ----: |"]

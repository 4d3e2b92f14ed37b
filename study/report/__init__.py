"""What a reader sees: page, plots, tables, card; and a point as files."""

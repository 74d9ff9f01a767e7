"""A shop's log of events goes all the way, with what its items cost as the reward."""

import json
import shutil

from cli_testing import CliTest, ROOT, SHOP, main

EVENTS = ROOT / "examples" / "data" / "shop-events"


class ShopEvents(CliTest):
    def setUp(self):
        super().setUp()
        shutil.copytree(EVENTS, self.folder / "shop")
        shutil.copy(SHOP / "run.toml", self.folder / "shop" / "run.toml")
        self.log = self.folder / "shop" / "2019-Oct.csv"
        self.arguments = ["--config", "shop/run.toml",
                          "--set", f"data.name={self.folder / 'shop' / 'events.toml'}",
                          "split.mode=user_order", "env.exclude_history=false"]

    def play(self, *more):
        """What `lerl evaluate --json` says of a run under these settings."""
        self.succeed("train", *self.arguments, "--out", self.runs, *more)
        return json.loads(self.succeed("evaluate", *self.arguments, "--runs", self.runs, *more, "--json"))

    def test_data_info_says_how_many_items_have_a_price_and_their_range(self):
        info = json.loads(self.succeed("data", "info", "shop/events.toml", "--json"))
        self.assertEqual(info["prices"]["items"], 12)
        self.assertAlmostEqual(info["prices"]["lowest"], 19.9, 4)
        self.assertAlmostEqual(info["prices"]["highest"], 129.9, 4)
        self.assertIn("prices (12 of 12 items have one)", self.succeed("data", "info", "shop/events.toml"))

    def test_a_run_that_is_paid_by_price_has_revenue_and_purchases_per_session(self):
        paid = ["--set", "env.value_weight=1", "train.iterations=2"]
        result = self.play(*paid)
        self.assertGreater(result["metrics"]["revenue"]["mean"], 0)
        behaviours = {row["name"]: row for row in result["behaviours"]}
        self.assertEqual(list(behaviours), ["purchase", "cart"])
        purchase = behaviours["purchase"]
        self.assertEqual(purchase["per_session"], result["metrics"]["main_responses"])
        # No item costs less than 19.9 or more than 129.9.
        spent = result["metrics"]["revenue"]["mean"] / purchase["per_session"]["mean"]
        self.assertTrue(19.9 <= spent <= 129.9, spent)
        self.assertTrue(0 < purchase["rate"]["mean"] < 1)
        text = self.succeed("evaluate", *self.arguments, "--runs", self.runs, *paid)
        for words in ["revenue", "purchase (a session)", "cart (a session)"]:
            self.assertIn(words, text)

    def test_rewards_follow_the_weight_and_the_other_figures_are_there_without_it(self):
        random = ["--set", "agent.name=random", "train.iterations=1"]
        plain, paid = self.play(*random), self.play(*random, "env.value_weight=1")
        self.assertEqual(plain["behaviours"], paid["behaviours"])  # the same sessions
        self.assertEqual(plain["metrics"]["revenue"], paid["metrics"]["revenue"])
        self.assertNotEqual(plain["metrics"]["R_cum"], paid["metrics"]["R_cum"])
        mean = json.loads(self.succeed("data", "info", "shop/events.toml", "--json"))["prices"]["mean"]
        drawn = paid["metrics"]["R_cum_drawn"]["mean"] * mean * 2  # slates of 2 items
        self.assertAlmostEqual(drawn, paid["metrics"]["revenue"]["mean"], 3)

    def test_a_price_of_zero_is_a_wrong_row_that_is_named_or_counted(self):
        self.log.write_text(self.log.read_text().replace(",19.90,", ",0.00,", 1))
        self.expect_error(4, "data", "info", "shop/events.toml",
                          says=["2019-Oct.csv:6:", "price is '0.00'; a price above 0 is expected"])
        info = json.loads(self.succeed("data", "info", "shop/events.toml", "--json",
                                       "--set", "data.max_bad_share=0.05"))
        self.assertEqual(info["dropped"], [{"reason": "rows with wrong fields", "rows": 1}])

    def test_prices_can_not_count_where_there_are_none(self):
        toml = self.folder / "shop" / "events.toml"
        toml.write_text(toml.read_text().replace("price = ", "value = "))
        self.expect_error(3, "train", *self.arguments, "--out", self.runs, "--set", "env.value_weight=1",
                          says=["env.value_weight: events has no prices", 'price = "price"'])
        self.assertFalse(self.runs.exists() and list(self.runs.glob("*/seed-*")))


if __name__ == "__main__":
    main()

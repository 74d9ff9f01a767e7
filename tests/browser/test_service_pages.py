"""The pages of `lerl serve` in a real browser: the dashboard at /, and /try, where a person plays."""

import json
import re
import signal

from service_testing import IMAGE, LONG, MARKS, PageTest, main

TOKEN = "0123456789abcdef-of-a-test"


class ServicePages(PageTest):
    def start_session(self, page, known=None):
        if known:
            page.get_by_label("Somebody whom the data know").check()
            page.get_by_label("Id of the user").fill(known)
        page.get_by_role("button", name="Start", exact=True).click()
        page.get_by_role("heading", name="Step 1").first.wait_for()

    def play(self, page, steps, like_every=2):
        """Answers each item of the first session's slates."""
        for step in range(steps):
            if step:
                page.get_by_role("button", name="Next slate").click()
                page.locator(".player").first.get_by_role("heading", name=f"Step {step + 1}").wait_for()
            for n, item in enumerate(page.locator(".player").first.locator(".item").all()):
                kind = ".like" if (n + step) % like_every == 0 else ".pass"
                item.locator(kind).click()

    def stored(self):
        sessions = json.loads(self.service.get("/v1/sessions"))["sessions"]
        return [json.loads(self.service.get(f"/v1/sessions/{s['session']}")) for s in sessions]

    def settled(self, page):
        page.wait_for_function("() => document.querySelector('#play').getAttribute('aria-busy') === 'false'")

    def test_a_session_under_two_policies_appears_on_the_dashboard(self):
        self.serve()
        dashboard = self.page("/")
        dashboard.get_by_text("No session has been started").wait_for()
        self.shoot(dashboard, "dashboard-empty")
        page = self.page("/try")
        page.get_by_label("Policy").wait_for()
        self.shoot(page, "try-start")
        self.start_session(page, known="u3")
        self.assertEqual(page.locator(".player").count(), 2)
        self.play(page, 4)
        dashboard.locator(".session").nth(1).wait_for()
        dashboard.get_by_text("4 steps, 8 of 16 liked").wait_for()
        self.assertIn("u3", dashboard.locator(".session h3").first.inner_text())
        stored = self.stored()
        self.assertEqual(sorted(s["policy"] for s in stored), ["bold", "calm"])
        calm = next(s for s in stored if s["policy"] == "calm")
        self.assertEqual(len(calm["slates"]), 4)
        reasons = page.locator(".reason").all_inner_texts()
        self.assertEqual(len(reasons), 2)
        for reason in reasons:
            self.assertRegex(reason, r"^Reason: random's first 3 of \d+")
        values = [f["behaviours"]["like"] for f in calm["feedback"]]
        self.assertEqual((values.count(1), values.count(0)), (8, 8))
        self.shoot(page, "try-two")
        page.get_by_role("button", name="Start again").click()
        page.get_by_role("heading", name="Step 1").first.wait_for()
        dashboard.get_by_text("ended (client)").first.wait_for()
        self.play(page, 2)
        page.get_by_role("button", name="Change user or policies").click()
        page.get_by_label("Policy").wait_for()
        dashboard.get_by_text("too few sessions to say").first.wait_for()
        self.check_ages(dashboard)
        self.shoot(dashboard, "dashboard")

    def check_ages(self, page):
        ages = page.locator("[data-age]").all_inner_texts()
        self.assertEqual(len(ages), 6)
        for age in ages:
            self.assertRegex(age, r"^[0-5] s ago$")

    def test_the_dashboard_says_what_a_user_is_tired_of(self):
        self.serve(policies=("calm",))
        dashboard = self.page("/")
        at = f"/v1/sessions/{self.service.post('/v1/sessions', {'user': 'u4'})['session']}"
        slates = {}
        for step in range(8):
            slate = self.service.post(f"{at}/recommendations", {})
            for category in {c for item in slate["items"] for c in item["categories"]}:
                slates[category] = slates.get(category, 0) + 1
            self.service.post(f"{at}/feedback", {"events": [
                {"id": f"{step}-{n}", "step": step, "item": item["item"], "behaviours": {"like": 0}}
                for n, item in enumerate(slate["items"])]})
        most = max(slates.values())
        self.assertGreaterEqual(most, 3)
        line = dashboard.locator(".tired")
        line.get_by_text(f"({most} slates without a like)").first.wait_for()
        self.assertIn("Tired of", line.inner_text())
        self.check_access(dashboard, "a user who is tired")
        self.shoot(dashboard, "dashboard-tired")

    def test_the_keyboard_alone_plays_a_session(self):
        self.serve(policies=("calm",))
        page = self.page("/try")
        page.get_by_text("lerl serve a=RUN b=RUN").wait_for()
        page.wait_for_function("() => document.querySelector('#first').options.length === 1")
        self.settled(page)

        def focused():
            return page.evaluate("() => document.activeElement.id || document.activeElement.className")

        order = []
        for _ in range(12):
            page.keyboard.press("Tab")
            order.append(focused())
            if order[-1] == "start":
                break
        self.assertEqual(order[0], "skip")
        self.assertIn("first", order)
        self.assertEqual(order[-1], "start")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Step 1").wait_for()
        page.wait_for_function("() => document.activeElement.classList.contains('step-title')")
        page.keyboard.press("Tab")
        self.assertEqual(focused(), "like")
        page.keyboard.press("Enter")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("p")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("l")
        self.assertEqual(page.locator(".item.liked").count(), 2)
        self.assertEqual(page.locator(".item.passed").count(), 1)
        page.keyboard.press("n")
        page.get_by_role("heading", name="Step 2").wait_for()
        self.assertIn("step 2", page.locator("#status").inner_text())
        feedback = self.stored()[0]["feedback"]
        self.assertEqual([f["behaviours"]["like"] for f in feedback], [1, 0, 1])

    def test_a_shadow_is_offered_to_nobody_and_a_stranger_is_told(self):
        self.serve(settings=['recommend.shadows=["bold"]'])
        page = self.page("/try")
        page.wait_for_function("() => document.querySelector('#first').options.length > 0")
        self.settled(page)
        self.assertEqual(page.locator("#first option").all_inner_texts(), ["calm"])
        self.start_session(page, known=" nobody ")
        self.assertEqual(page.locator("#title").inner_text(), "You are nobody, whom the data don't know")
        self.assertEqual([session["user"] for session in self.stored()], ["nobody"])

    def test_hostile_titles_are_text(self):
        self.serve(policies=("calm",))
        page = self.page("/try")
        dashboard = self.page("/", width=360, height=740)
        seen = ""
        self.start_session(page)
        for step in range(14):
            seen += "\n".join(page.locator(".item bdi").all_text_contents())
            if page.get_by_text("This session is over").count():
                break
            if all(t in seen for t in (IMAGE, MARKS, LONG)):
                break
            page.get_by_role("button", name="Next slate").click()
            page.get_by_role("heading", name=re.compile(f"Step {step + 2}|over")).first.wait_for()
        for title in (IMAGE, MARKS, LONG):
            self.assertIn(title, seen)
        self.assertEqual(page.locator(".item img, .session img").count(), 0)
        dashboard.get_by_text("earlier slate").first.click()
        texts = ""
        for _ in range(50):  # the newest slate comes with the next event of the stream
            texts = "\n".join(dashboard.locator(".titles bdi").all_text_contents())
            if all(title in texts for title in (IMAGE, MARKS, LONG)):
                break
            dashboard.wait_for_timeout(100)
        for title in (IMAGE, MARKS, LONG):
            self.assertIn(title, texts)
        for tab in (page, dashboard):
            self.assertNotEqual(tab.title(), "taken over")
        self.check_access(dashboard, "dashboard with hostile titles at 360 px")

    def test_anybody_can_use_the_pages(self):
        self.serve()
        for width, dark in ((1280, False), (1280, True), (360, False), (360, True)):
            name = f"{'dark' if dark else 'light'}-{width}"
            page = self.page("/try", width=width, height=800, dark=dark)
            page.get_by_label("Policy").wait_for()
            self.settled(page)
            self.check_access(page, f"try before the start, {name}")
            self.start_session(page, known="u5")
            self.play(page, 3, like_every=3)
            self.check_access(page, f"try, {name}")
            self.shoot(page, f"try-{name}")
            page = self.page("/", width=width, height=800, dark=dark)
            page.locator(".session").first.wait_for()
            page.locator(".policies .number").first.wait_for()
            self.check_access(page, f"dashboard, {name}")
            self.shoot(page, f"dashboard-{name}")

    def test_an_experiment_is_shown_and_what_was_decided(self):
        self.serve(settings=["recommend.shares=[0.5, 0.5]", "recommend.counted_minutes=0.1",
                             "recommend.smallest_experiment=10", "recommend.stop_when_worse=0"])
        page = self.page("/")
        panel = page.locator("#experiment")
        panel.get_by_text("Users are split by chance").wait_for()
        self.check_access(page, "an experiment without users")
        for user in range(50):
            session = self.service.post("/v1/sessions", {"user": f"somebody {user}"})
            at = f"/v1/sessions/{session['session']}"
            slate = self.service.post(f"{at}/recommendations", {})
            liked = slate["items"][:3 if session["policy"] == "calm" else user % 2]
            if liked:
                self.service.post(f"{at}/feedback", {"events": [
                    {"id": f"{user}-{n}", "step": 0, "item": item["item"], "behaviours": {"like": 1}}
                    for n, item in enumerate(liked)]})
        panel.get_by_text("it is worse").wait_for(timeout=60000)
        panel.get_by_text("It is decided: calm serves everybody.").wait_for()
        self.assertIn("0.0% (set: 50.0%)", panel.inner_text())
        self.check_access(page, "an experiment that is decided")
        self.shoot(page, "dashboard-experiment")
        page = self.page("/", width=360, height=800, dark=True)
        page.locator("#experiment .number").wait_for()
        self.check_access(page, "an experiment at 360 px")
        self.shoot(page, "dashboard-experiment-dark-360")

    def test_a_lost_service_is_announced_and_found_again(self):
        service = self.serve(policies=("calm",))
        page = self.page("/", strict=False)
        page.get_by_text("live", exact=True).wait_for()
        service.stop(signal.SIGKILL)
        page.get_by_text("connection lost").wait_for()
        alert = page.locator("#notice[role=alert]")
        self.assertIn("The connection to the service is lost", alert.inner_text())
        page.wait_for_timeout(6000)
        self.assertGreater(page.locator(".age.old").count(), 0)
        self.shoot(page, "dashboard-lost")
        service.start()
        page.get_by_text("live", exact=True).wait_for()
        self.assertEqual(alert.inner_text(), "")
        other = self.page("/try")
        self.start_session(other)
        page.locator(".session").first.wait_for()

    def test_the_list_stands_still_while_it_is_paused_and_forgets_who_is_forgotten(self):
        self.serve(policies=("calm",))
        dashboard, page = self.page("/"), self.page("/try")
        dashboard.get_by_text("No session has been started").wait_for()
        pause = dashboard.get_by_role("button", name="Pause")
        pause.click()
        self.start_session(page, known="u9")
        self.assertEqual(page.locator(".player").count(), 1)
        dashboard.wait_for_timeout(1000)
        self.assertEqual(dashboard.locator(".session").count(), 0)
        pause.click()
        dashboard.get_by_role("heading", name="User u9").wait_for()
        self.service.get("/v1/users/u9", method="DELETE")
        dashboard.get_by_role("heading", name="User u9").wait_for(state="detached")

    def test_a_token_is_asked_for_once_and_kept_in_the_tab(self):
        self.serve(policies=("calm",), tokens=f"write:{TOKEN}")
        page = self.page("/", strict=False)
        field = page.get_by_label("Token", exact=True)
        field.fill("this-one-is-not-known")
        self.check_access(page, "the question for a token")
        self.shoot(page, "token")
        page.get_by_role("button", name="Use this token").click()
        page.get_by_text("does not know that token").wait_for()
        field.fill(TOKEN)
        page.get_by_role("button", name="Use this token").click()
        page.get_by_text("live", exact=True).wait_for()
        self.assertEqual(page.evaluate("() => [sessionStorage.getItem('lerl.token'), localStorage.length]"),
                         [TOKEN, 0])
        page.get_by_role("link", name="Try it").click()
        self.start_session(page)
        self.assertEqual(page.locator("dialog").count(), 0)
        page.get_by_role("button", name="Forget the token").click()
        field.wait_for()


if __name__ == "__main__":
    main()

"""What holds at a moment of a run."""

import unittest
from dataclasses import replace

import numpy as np

from few_shot.plan import AVERAGED, FINISH_ADVERSARY, FINISH_RATE, PLANS, Schedule

PLAN = PLANS["gpu"]
LAST = 1 - PLAN.finish  # of the progress, where finishing begins
UNBOUNDED = float("inf")


class ScheduleTest(unittest.TestCase):
    def setUp(self) -> None:
        self.by_steps = Schedule(PLAN, 10_000, UNBOUNDED, begun=False)
        self.by_minutes = Schedule(PLAN, PLAN.steps, 6, begun=False)

    def test_minutes_bound_a_run_that_makes_few_steps_and_steps_one_that_makes_many(self) -> None:
        self.assertEqual(self.by_minutes.progress(2000, 180), 0.5)
        self.assertEqual(self.by_minutes.progress(PLAN.steps, 180), 1)
        self.assertEqual(self.by_steps.progress(5000, 1e9), 0.5)

    def test_a_run_of_six_minutes_goes_through_all_that_a_long_one_goes_through(self) -> None:
        """At the same share of its time: rates, lengths of sequences, the adversary's joining and its lighter end."""
        for share in (0.2, 0.4, 0.7, 0.95):
            short, long = self.by_minutes.progress(3000, share * 360), self.by_steps.progress(round(share * 10_000), 0)
            self.assertAlmostEqual(self.by_minutes.rate(3000, short), self.by_steps.rate(3000, long), places=12)
            self.assertEqual(self.by_minutes.adversary(short), self.by_steps.adversary(long))
            lengths = [each.sequence_length(at, np.random.default_rng(1)) for each, at in ((self.by_minutes, short), (self.by_steps, long))]
            self.assertEqual(*lengths)

    def test_the_rate_warms_up_falls_and_falls_once_more_from_less_to_finish(self) -> None:
        rates = [self.by_steps.rate(step, step / 10_000) for step in range(10_000)]
        turn = int(LAST * 10_000)
        self.assertLess(rates[0], 0.01 * PLAN.rate)
        self.assertGreater(max(rates[:1000]), 0.95 * PLAN.rate)
        self.assertTrue((np.diff(rates[1000:turn]) < 0).all())
        self.assertAlmostEqual(max(rates[turn:]), FINISH_RATE * PLAN.rate, delta=1e-6)
        self.assertTrue((np.diff(rates[turn + 1 :]) < 0).all())
        self.assertLess(rates[-1], 0.01 * PLAN.rate)

    def test_a_run_of_few_steps_is_warm_after_a_tenth_of_it(self) -> None:
        self.assertGreater(self.by_minutes.rate(30, 0.1), 0.9 * PLAN.rate)

    def test_the_adversary_joins_late_and_weighs_less_at_the_end(self) -> None:
        weights = [self.by_steps.adversary(at) for at in (0, PLAN.adversary_from - 0.01, PLAN.adversary_from, LAST - 0.01, LAST + 0.01, 0.999)]
        self.assertEqual(weights, [0, 0, PLAN.adversary, PLAN.adversary, FINISH_ADVERSARY, FINISH_ADVERSARY])
        self.assertEqual(Schedule(replace(PLAN, adversary=0.0), 10, UNBOUNDED, begun=False).adversary(0.99), 0)
        self.assertEqual(Schedule(replace(PLAN, finish=0.0), 10, UNBOUNDED, begun=False).adversary(0.99), PLAN.adversary)

    def test_a_run_that_goes_on_from_weights_has_long_sequences_and_the_adversary_at_once(self) -> None:
        begun = Schedule(PLAN, 10_000, UNBOUNDED, begun=True)
        self.assertEqual(begun.adversary(0), PLAN.adversary)
        self.assertEqual(max(begun.sequence_length(0, np.random.default_rng(k)) for k in range(20)), PLAN.longest)

    def test_sequences_grow_and_batches_hold_as_many_frames(self) -> None:
        longest = [max(self.by_steps.sequence_length(at, np.random.default_rng(k)) for k in range(20)) for at in (0, 0.25, 0.5, 1)]
        self.assertEqual(longest[0], 1)
        self.assertEqual(longest[2:], [PLAN.longest] * 2)
        self.assertEqual(sorted(longest), longest)
        self.assertEqual([self.by_steps.items(length) for length in (1, 3, 7)], [48, 24, 12])

    def test_averaged_weights_forget_their_beginnings_and_then_keep_more_and_more(self) -> None:
        kept = [self.by_steps.averaged(step) for step in (0, 9, 90, 100_000)]
        self.assertEqual(kept[0], 0)
        self.assertEqual(kept[-1], AVERAGED)
        self.assertEqual(sorted(kept), kept)


if __name__ == "__main__":
    unittest.main()

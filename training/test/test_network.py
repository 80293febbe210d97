"""The networks and their export."""

import unittest

import numpy as np
import onnxruntime
import torch

from few_shot.export import embedder_model, generator_model, kernel_table, with_kernels, worst_error
from few_shot.frame import Conditions, Past, draw, drawn_smaller
from few_shot.loader import HALF_WINDOW
from few_shot.network import Embedder, Generator, convolve, decide, enclosed, mandate, multiplied
from few_shot.roll_out import Course, courses, drawn_together, roll_out
from few_shot.shape import INPUTS, SHAPES, kernels
from few_shot.usual import identity_share
from few_shot.windows import Batch

SMALL = SHAPES["small"]


def conditions(side: int) -> Conditions:
    return Conditions(torch.rand(1, 6, side, side), torch.rand(1, 6, side, side), torch.rand(1, 2, side, side) - 0.5,
                      torch.zeros(1, 2, side, side))


def filled(side: int = 64) -> torch.Tensor:
    return torch.ones(1, 1, side, side)


class NetworkTest(unittest.TestCase):
    def setUp(self) -> None:
        torch.manual_seed(0)
        self.generator, self.embedder = Generator(SMALL).eval(), Embedder(SMALL).eval()
        for code in self.embedder.codes:
            torch.nn.init.normal_(code.weight, std=0.05)

    def test_each_item_is_convolved_with_its_own_kernel(self) -> None:
        x, weight, bias = torch.rand(3, 4, 9, 9), torch.rand(3, 5, 4, 3, 3), torch.rand(3, 5)
        together = convolve(x, weight, bias, stride=2)
        for i in range(3):
            alone = torch.nn.functional.conv2d(x[i : i + 1], weight[i], bias[i], stride=2, padding=1)
            self.assertTrue(torch.allclose(together[i : i + 1], alone, atol=1e-5))
        self.assertTrue(torch.allclose(multiplied(x, weight, bias, stride=2), together, atol=1e-5))

    def test_masks_share_each_pixel_out(self) -> None:
        decision = decide(torch.randn(2, 16, 8, 8) * 5, torch.rand(2, 1, 8, 8))
        total = decision["previous"] + decision["hallucinated"] + decision["example"]
        self.assertTrue(torch.allclose(total, torch.ones_like(total), atol=1e-5))
        self.assertTrue((decision["example"] >= -1e-6).all())

    def test_a_picture_that_moves_turns_and_grows_as_a_whole_is_left_alone(self) -> None:
        y, x = torch.meshgrid(torch.arange(64) / 128, torch.arange(64) / 128, indexing="ij")
        c, s = 1.1 * np.cos(0.2), 1.1 * np.sin(0.2)
        moved = torch.stack([c * x - s * y - x + 0.3, s * x + c * y - y - 0.1])[None] * 4
        self.assertEqual(float(mandate(moved, filled(), 128)[..., 6:-6, 6:-6].max()), 0)
        decision = decide(torch.randn(1, 16, 64, 64), torch.zeros(1, 1, 64, 64))
        self.assertEqual(float(decision["residual"].abs().max() + decision["previous"].max()), 0)

    def test_what_is_stretched_in_one_direction_or_sheared_may_be_corrected(self) -> None:
        y, x = torch.meshgrid(torch.arange(64) / 128, torch.arange(64) / 128, indexing="ij")
        for way in (torch.stack([0 * x, 0.3 * y]), torch.stack([0.3 * y, 0 * x])):
            self.assertTrue(torch.equal(mandate(way[None] * 4, filled(), 128)[..., 6:-6, 6:-6], torch.ones(1, 1, 52, 52)))

    def test_half_the_field_has_the_same_mandate(self) -> None:
        y, x = torch.meshgrid(torch.arange(64) / 128, torch.arange(64) / 128, indexing="ij")
        lines = torch.zeros(1, 6, 64, 64)
        lines[:, 0, :, 10], lines[:, 0, :, 53] = 1, 1  # an outline a cell wide
        calm, sheared = torch.stack([0.1 * x, 0.1 * y])[None] * 4, torch.stack([0 * x, 0.07 * y])[None] * 4
        for displacement in (calm, sheared):
            here = mandate(displacement, lines[:, :1], 128)
            there = mandate(torch.nn.functional.avg_pool2d(displacement, 2) / 2, drawn_smaller(lines)[:, :1], 128)
            self.assertTrue(torch.allclose(here[..., 32, 32], there[..., 16, 16], atol=1e-4))

    def test_a_finer_field_has_the_same_mandate_in_the_same_place(self) -> None:
        found = {}
        for cells in (128, 256):
            y, x = torch.meshgrid((torch.arange(cells) + 0.5) / cells - 0.5, (torch.arange(cells) + 0.5) / cells - 0.5, indexing="ij")
            outline = ((torch.hypot(x, y) - 0.3).abs() * cells < 1).float()[None, None]  # a cell to each side
            # Sheared more and more from the left to the right.
            move = torch.stack([0 * x, 0.2 * (x + 0.5) * y])[None] * 4
            found[cells] = mandate(move, outline, cells)
        reduced = torch.nn.functional.avg_pool2d(found[256], 2)
        self.assertGreater(float(found[128].max()), 0.5)
        self.assertLess(float((reduced - found[128]).abs().mean()), 0.005)
        self.assertLess(float((reduced - found[128]).abs().max()), 0.15)  # half a cell of the outline's taper

    def test_on_half_the_field_a_frame_is_as_large_and_a_picture_at_rest_stays(self) -> None:
        now = conditions(96)
        still = Conditions(now.warp, now.lines, torch.full_like(now.displacement, 0.2), now.flow)
        flat = self.embedder(torch.rand(1, 12, 128, 128), [1])
        with torch.no_grad():
            out, decision = draw(self.generator, flat, still, Past(torch.rand_like(now.warp), now.lines), 96 / 128, half=True)
        self.assertEqual({name: list(value.shape[-2:]) for name, value in decision.items()}, dict.fromkeys(decision, [96, 96]))
        self.assertTrue(torch.equal(out, now.warp))

    def test_a_sequence_on_half_the_field_feeds_whole_pictures_back_and_teaches_the_network(self) -> None:
        frames = (3, 2)
        warp, target = torch.rand(*frames, 6, HALF_WINDOW, HALF_WINDOW), torch.rand(*frames, 6, HALF_WINDOW, HALF_WINDOW)
        lines = torch.zeros(*frames, 6, HALF_WINDOW, HALF_WINDOW)
        lines[..., 0, :, 10], lines[..., 0, :, 85] = 1, 1
        move = (torch.arange(HALF_WINDOW) / 128 * 0.8)[:, None].expand(*frames, 2, HALF_WINDOW, HALF_WINDOW)
        batch = Batch(warp, lines, move, torch.zeros_like(move), target, torch.rand(2, 12, 128, 128), [1, 1], HALF_WINDOW / 128)
        happening = courses(frames[0], True, np.random.default_rng(3))
        kernels = self.embedder(batch.examples, batch.counts)
        moments = list(roll_out(self.generator, kernels.detach(), batch, happening, bf16=False))
        self.assertTrue(all(moment.before is not None for moment in moments if moment.t > 0))
        drawn = drawn_together(self.generator, kernels, moments, batch.sides, bf16=False)
        self.assertEqual(list(drawn.out.shape), [3 * 2, 6, HALF_WINDOW, HALF_WINDOW])
        (drawn.out - torch.cat([target[t] for t in drawn.order])).abs().mean().backward()
        self.assertGreater(float(self.generator.in128.weight.grad.abs().sum()), 0)

    def test_frames_drawn_together_are_those_drawn_one_after_the_other(self) -> None:
        frames = (4, 2)
        warp, target, lines = (torch.rand(*frames, 6, 64, 64) for _ in range(3))
        move, flow = (torch.randn(*frames, 2, 64, 64) * 0.01 for _ in range(2))
        batch = Batch(warp, lines, move, flow, target, torch.rand(2, 12, 128, 128), [1, 1], 0.5)
        with torch.no_grad():
            kernels = self.embedder(batch.examples, batch.counts)
            happening = [Course(perfect=True, drift=0.1), Course(half=True), Course(dropped=True), Course(noise=0.1)]
            moments = list(roll_out(self.generator, kernels, batch, happening, bf16=False))
            drawn = drawn_together(self.generator, kernels, moments, batch.sides, bf16=False)
            self.assertEqual(drawn.order, [0, 2, 3, 1])
            for moment, out in zip(drawn.moments, drawn.out.chunk(4)):
                alone, _ = draw(self.generator, kernels, moment.now, moment.past, batch.sides, moment.half)
                self.assertTrue(torch.allclose(out, alone, atol=1e-5))
            self.assertEqual([moment.before for moment in moments], [None, 0, 0, 2])
            self.assertTrue(torch.allclose(moments[3].past.output, (drawn.out.chunk(4)[1].clamp(0, 1)), atol=0.5))

    def test_nothing_outside_the_face_may_be_corrected(self) -> None:
        y, x = torch.meshgrid(torch.arange(64.0) - 32, torch.arange(64.0) - 32, indexing="ij")
        outline = ((torch.hypot(x, y) - 20).abs() < 1).float()[None, None]
        sheared = torch.rand(1, 2, 64, 64)
        where = mandate(sheared, outline, 128)[0, 0]
        self.assertLess(float(where[torch.hypot(x, y) > 22].max()), 0.02)
        self.assertGreater(float(where[torch.hypot(x, y) < 14].min()), 0.9)

    def test_a_face_that_the_picture_cuts_may_be_corrected_up_to_its_edge(self) -> None:
        y, x = torch.meshgrid(torch.arange(64.0), torch.arange(64.0) - 32, indexing="ij")
        half = ((torch.hypot(x, y) - 20).abs() < 1).float()[None, None]
        self.assertTrue(bool((enclosed(half)[0, 0][torch.hypot(x, y) < 18] > 0.9).all()))

    def test_the_order_of_the_examples_does_not_matter(self) -> None:
        examples = torch.rand(3, 12, 128, 128)
        with torch.no_grad():
            self.assertTrue(torch.allclose(self.embedder(examples, [3]), self.embedder(examples.flip(0), [3]), atol=1e-4))

    def test_identities_of_one_batch_do_not_touch_each_other(self) -> None:
        examples = torch.rand(4, 12, 128, 128)
        with torch.no_grad():
            both = self.embedder(examples, [1, 3])
            self.assertTrue(torch.allclose(both[1:], self.embedder(examples[1:], [3]), atol=1e-4))

    def test_at_first_all_identities_have_the_resting_kernels(self) -> None:
        fresh = Embedder(SMALL).eval()
        with torch.no_grad():
            both = fresh(torch.rand(2, 12, 128, 128), [1, 1])
        self.assertTrue(torch.equal(both[0], both[1]))
        self.assertTrue(torch.equal(both[0], torch.cat([*fresh.rest])))

    def test_identities_whose_pictures_differ_little_get_other_kernels(self) -> None:
        """A dead embedder gives all the same: so one of plain ReLUs did after ten thousand steps."""
        examples = (torch.rand(1, 12, 128, 128) + 0.03 * torch.randn(6, 12, 1, 1)).clamp(0, 1)
        with torch.no_grad():
            self.embedder.train().features(examples)
            summaries = self.embedder.summaries(*self.embedder.features(examples), [1] * 6)
            self.embedder.usual.copy_(summaries.mean(0))
            self.embedder.spread.copy_(summaries.std(0))
            self.assertGreater(float(identity_share(self.embedder.eval().generate(summaries))), 0.02)

    def test_a_picture_unlike_all_others_makes_kernels_of_the_usual_size(self) -> None:
        with torch.no_grad():
            usual = self.embedder(torch.rand(1, 12, 128, 128), [1])
            strange = self.embedder(torch.randn(1, 12, 128, 128) * 100, [1])
        self.assertLess(float(strange.abs().mean()), 5 * float(usual.abs().mean()))

    def test_a_window_of_the_picture_is_drawn_like_the_whole(self) -> None:
        with torch.no_grad():
            flat = self.embedder(torch.rand(1, 12, 128, 128), [1])
            now = conditions(128)
            whole, _ = draw(self.generator, flat, now, None, 1.0)
            cut = Conditions(*(a[..., 16:112, 16:112] for a in (now.warp, now.lines, now.displacement, now.flow)))
            window, _ = draw(self.generator, flat, cut, None, 0.75)
        middle = slice(44, 52)
        here, there = whole[..., 60:68, 60:68], window[..., middle, middle]
        corrected = float((here - now.warp[..., 60:68, 60:68]).abs().mean())
        self.assertLess(float((here - there).abs().mean()), corrected / 3)

    def test_of_a_trusted_past_half_is_kept(self) -> None:
        with torch.no_grad():
            self.generator.head.bias[7] = 20
            flat = self.embedder(torch.rand(1, 12, 128, 128), [1])
            flat[:, -16:] = 0
            self.generator.head.weight.zero_()
            for k in kernel_table(SMALL):
                if k["name"].startswith("kernel.colour"):
                    flat[:, k["offset"] : k["offset"] + k["length"]] = 0
            now, past = conditions(32), Past(torch.rand(1, 6, 32, 32), torch.rand(1, 6, 32, 32))
            now.lines[:, :1] = 1
            out, _ = draw(self.generator, flat, now, past, 1.0)
        self.assertTrue(torch.allclose(out, (past.output + now.warp) / 2, atol=1e-3))

    def test_the_kernel_table_covers_the_flat_vector_without_gaps(self) -> None:
        table = kernel_table(SMALL)
        self.assertEqual([k["offset"] for k in table[1:]], [k["offset"] + k["length"] for k in table[:-1]])
        self.assertEqual(table[-1]["offset"] + table[-1]["length"], sum(k.length for k in kernels(SMALL)))
        self.assertLessEqual(4 * (table[-1]["offset"] + table[-1]["length"]), 300_000)

    def test_the_exported_networks_answer_like_these(self) -> None:
        large = SHAPES["large"]
        for generator, embedder in ((self.generator, self.embedder), (Generator(large).eval(), Embedder(large).eval())):
            with self.subTest(generator.shape.cells):
                model, embedding = generator_model(generator), embedder_model(embedder)
                self.assertLess(worst_error(generator, embedder, model, embedding), 0.01)
                self.assertEqual({p.key: p.value for p in model.metadata_props}, {"field_cells": str(generator.shape.cells)})

    def test_without_an_identity_the_exported_generator_cannot_be_run(self) -> None:
        model = generator_model(self.generator)
        with self.assertRaises(Exception):
            onnxruntime.InferenceSession(model.SerializeToString())
        flat = np.zeros(sum(k.length for k in kernels(SMALL)), np.float32)
        session = onnxruntime.InferenceSession(with_kernels(model, SMALL, flat))
        self.assertEqual([i.name for i in session.get_inputs()], ["input"])
        self.assertEqual(session.get_inputs()[0].shape, [1, INPUTS, "rows", "columns"])


if __name__ == "__main__":
    unittest.main()

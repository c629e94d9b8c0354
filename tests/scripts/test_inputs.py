"""How inputs are drawn."""

import torch

from exporter.inputs import Drawn, Fixed, Padded, WithImageTokens, drawn_like
from exporter.transformers_inputs import padding_mask


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_integers_cover_their_range_and_never_leave_it() -> None:
    drawn = Drawn((1000,), torch.int64, 3, 5).draw(generator())
    assert set(drawn.tolist()) == {3, 4, 5}


def test_the_seed_decides() -> None:
    spec = Drawn((4,), torch.float32)
    assert torch.equal(spec.draw(generator(1)), spec.draw(generator(1)))
    assert not torch.equal(spec.draw(generator(1)), spec.draw(generator(2)))


def test_inputs_like_a_sample_stay_within_its_range() -> None:
    sample = torch.rand(200) + 1
    drawn = drawn_like(sample).draw(generator())
    assert drawn.min() >= sample.min()
    assert drawn.max() <= sample.max()
    assert not torch.equal(drawn, sample)


def test_ids_like_a_sample_stay_in_its_vocabulary() -> None:
    sample = torch.tensor([[0, 7, 3], [1, 2, 7]], dtype=torch.int32)
    drawn = torch.cat([drawn_like(sample).draw(generator(seed)) for seed in range(50)])
    assert drawn.dtype == torch.int32
    assert (drawn.min(), drawn.max()) == (0, 7)


def test_offsets_like_a_sample_stay_ascending() -> None:
    sample = torch.tensor([0, 4, 9, 30])
    drawn = drawn_like(sample).draw(generator())
    assert drawn[0] == 0
    assert (drawn.diff() >= 0).all()
    assert drawn.max() <= 30
    assert not torch.equal(drawn, sample)


def test_inputs_like_a_sample_lie_in_memory_like_it() -> None:
    image = torch.rand(2, 3, 4, 4).to(memory_format=torch.channels_last)
    assert drawn_like(image).draw(generator()).stride() == image.stride()
    expanded = torch.rand(1, 4).expand(3, 4)
    assert drawn_like(expanded).draw(generator()).shape == (3, 4)


def test_constant_tensors_flags_and_none_stay_as_they_are() -> None:
    for value in (None, 3, True, "mode"):
        assert drawn_like(value) == Fixed(value)
    mask = torch.ones(2, 4, dtype=torch.int64)
    assert torch.equal(drawn_like(mask).draw(generator()), mask)


def test_booleans_are_drawn_again() -> None:
    sample = torch.tensor([True, False] * 20)
    drawn = drawn_like(sample).draw(generator())
    assert drawn.dtype == torch.bool
    assert drawn.any()
    assert not drawn.all()


def test_a_padding_mask_always_pads() -> None:
    for batch, length in ((1, 64), (2, 16), (3, 2), (8, 3)):
        mask = padding_mask(batch, length)
        assert mask.min() == 0
        assert mask[:, 0].min() == 1
        assert (mask[:, 1:] <= mask[:, :-1]).all()


def test_padded_positions_hold_the_padding_token() -> None:
    mask = padding_mask(2, 8)
    ids = Padded(Drawn((2, 8), torch.int64, 5, 9), mask, padding=1).draw(generator())
    assert (ids[mask == 0] == 1).all()
    assert (ids[mask == 1] >= 5).all()


def test_image_tokens_stand_first_and_nowhere_else() -> None:
    spec = WithImageTokens(Drawn((2, 400), torch.int64, 0, 5), token=5, count=3)
    ids = spec.draw(generator())
    assert (ids[:, :3] == 5).all()
    assert not (ids[:, 3:] == 5).any()
    assert set(ids[:, 3:].flatten().tolist()) == {0, 1, 2, 3, 4}

"""A file dropped in a real browser: read, drawn and reported on; gone after a reload, and nowhere else."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.engine.own.golden import FILES

PATH = "/your_network"
AGAIN = "Drop the file again to see it."


def drop(page: Page, name: str) -> None:
    """Put a golden file where a network goes."""
    page.get_by_test_id("stFileUploader").first.locator("input[type=file]").set_input_files(FILES / name)
    expect(page.get_by_role("heading", name=f"What was found in {name}")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "tensor"),
    [
        ("language.pt", "module.rnn.weight_ih_l0, 12 × 2 float32: input weights."),
        ("text.keras", "layers/gru/cell/vars/1, 3 × 9 float64: recurrent weights."),
        ("exported.onnx", "val_109, 2 × 12 × 2 float32: input weights."),
        ("half.safetensors", "encoder.weight_hh_l0, 9 × 3 float16: recurrent weights."),
        ("legacy.pth", "weight_hh_l0_reverse, 3 × 3 float64: recurrent weights."),
    ],
)
def test_each_format_is_drawn_tensor_by_tensor_and_reported_on(page: Page, name: str, tensor: str) -> None:
    page.goto(PATH)
    drop(page, name)
    expect(page.get_by_role("img", name=tensor).first).to_be_visible()
    expect(page.get_by_role("heading", name="What it remembers")).to_be_visible()
    expect(
        page.get_by_text("Symbols drawn under seed 7").or_(page.get_by_text("Numbers drawn under seed 7"))
    ).to_be_visible()


def test_what_lies_under_the_pointer_is_named_with_its_gate_and_rows(page: Page) -> None:
    page.goto(PATH)
    drop(page, "language.pt")
    picture = page.get_by_role("img", name="module.rnn.weight_hh_l0,").first
    box = picture.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.4)  # the second of four blocks
    expect(page.locator(".tip").first).to_have_text(
        "module.rnn.weight_hh_l0, 12 × 3 float32: recurrent weights. The forget gate: rows 4 to 6."
    )


def test_after_a_reload_the_sample_stands_there_and_the_page_says_to_drop_the_file_again(page: Page) -> None:
    page.goto(PATH)
    drop(page, "double.safetensors")
    expect(page).to_have_url(re.compile("network=own"))
    page.reload()
    expect(page.get_by_text(AGAIN)).to_be_visible()
    expect(page.get_by_role("heading", name="What was found in sample.safetensors")).to_be_visible()
    drop(page, "double.safetensors")
    expect(page.get_by_text(AGAIN)).to_have_count(0)


def test_another_tab_does_not_see_the_file_and_forgetting_it_leaves_the_sample(page: Page) -> None:
    page.goto(PATH)
    drop(page, "double.safetensors")
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.get_by_text(AGAIN)).to_be_visible()
    other.close()
    page.get_by_role("button", name="Forget it").click()
    expect(page.get_by_role("heading", name="What was found in sample.safetensors")).to_be_visible()


def test_on_a_phone_nothing_is_wider_than_the_screen(phone: Page) -> None:
    phone.goto(PATH)
    drop(phone, "checkpoint.ckpt")
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

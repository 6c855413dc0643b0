"""What may be changed in a scene beside single fields: its versions, the updates of its training, and its phrase."""

from __future__ import annotations

import streamlit as st

from engine.studies.shelf import Shelved
from engine.studies.trained import Trained
from ui.kit.phrase import answer_to_the_phrase
from ui.kit.updates import updates
from ui.kit.words import say
from ui.lectures.scene import Told


def versions(shown: Told) -> None:
    """A button for each record that the scene's picture can be turned to; none is pressed once another is shown."""
    scene, others = shown.scene, shown.scene.others
    if scene.versions is None:
        return
    now = next((name for name, record in others.items() if record == shown.pictured), None)
    key = f"version.{shown.study.lecture}.{shown.study.scene}.{now}"  # another control where another is shown

    def choose() -> None:
        if (name := st.session_state[key]) in others and shown.scene is scene:  # not a late word of another scene's
            shown.picture.adopt(others[name])

    st.segmented_control(scene.versions.label, list(others), default=now, key=key, on_change=choose)


def training_steps(shown: Told) -> None:
    """Update by update through the training of the scene's network, and its loss."""
    study = shown.pictured
    if "trained" not in shown.scene.controls or not isinstance(study, Shelved):
        return
    if isinstance(study.trained, Trained):
        with st.container(horizontal=True, gap="small", vertical_alignment="center", key="updates"):
            updates(shown.picture, study, study.trained)


def phrase_read(shown: Told) -> None:
    """What could not be read of a phrase, and the answer to one of a visitor's own; to the scene's, the scene tells."""
    study, scene = shown.pictured, shown.scene
    if "phrase" not in scene.controls or not isinstance(study, Shelved) or study.understood is None:
        return
    if study.phrase == scene.record.get("phrase", ""):
        say(" ".join(study.understood.said))
    else:
        answer_to_the_phrase(shown.picture, study)

"""The presets that tell what changes while a network learns: each a race and one sentence on what to look for."""

from __future__ import annotations

from engine.studies.train.racers import Racer
from engine.studies.train.study import TrainStudy
from ui.kit.page import Preset

UNCLIPPED = 0.0
SPARSE = Racer("tanh", "sparse", 1.0, 0.05)  # of Pascanu, Mikolov and Bengio (2013)
STEEP = Racer("tanh", "orthogonal", UNCLIPPED, 0.5)

PRESETS: dict[str, Preset] = {
    "race": Preset(
        "The race",
        "Only what reaches step 1 is learned: the LSTM gets there by update 96, the GRU, pale at first, by 512, the "
        "tanh RNN not in 600.",
        TrainStudy(),
    ),
    "clipping": Preset(
        "Clipping",
        "The same network twice, 30 steps of temporal order: clipped at 1 it gets there by update 1,664, unclipped "
        "not in 2,000.",
        TrainStudy(
            length=30,
            hidden=50,
            scale=0.95,
            optimiser="sgd",
            batch=20,
            goal=2000,
            racers=(Racer("tanh", "sparse", UNCLIPPED, 0.05), SPARSE),
        ),
    ),
    "adding": Preset(
        "Adding",
        "Two marked numbers far apart: the LSTM adds them by update 448; the tanh RNN hardly beats saying 1, the mean.",
        TrainStudy(task="adding", hidden=32, goal=600, racers=(Racer("tanh"), Racer("lstm", rate=0.01, bias=1.0))),
    ),
    "forgets": Preset(
        "Shut gates",
        "One LSTM starts with forget bias −3: pale from the first step on, it learns nothing in 300 updates. With "
        "bias 1 it gets there by update 96.",
        TrainStudy(length=30, goal=300, racers=(Racer("lstm", bias=-3.0), Racer("lstm", bias=1.0))),
    ),
    "copy": Preset(
        "Copy memory",
        "Ten symbols are to be said again 50 steps later: both learn when to be silent, and rest on the chance "
        "line, 10 ln 8 / 70 = 0.297.",
        TrainStudy(task="copy", hidden=32, goal=600, racers=(Racer("tanh"), Racer("lstm"))),
    ),
    "sigmoid": Preset(
        "Sigmoid",
        "Over 10 steps only: the logistic’s slope is at most 1/4, so its map pales at every step back. It gets "
        "there by update 352, tanh by 64.",
        TrainStudy(length=10, goal=500, racers=(Racer("tanh"), Racer("sigmoid"))),
    ),
    "cliff": Preset(
        "Off the cliff",
        "A sine, plain gradient descent: learned by update 256 at rate 0.05; at ten times the rate the loss "
        "explodes until no number can hold it.",
        TrainStudy(
            task="sine",
            optimiser="sgd",
            goal=300,
            racers=(Racer("tanh", "orthogonal", UNCLIPPED, 0.05), STEEP),
        ),
    ),
    "orthogonal": Preset(
        "How W is drawn",
        "Two tanh RNNs, one W orthogonal, one Gaussian: the first carries the error back sooner and gets there by "
        "update 192, the other not in 600.",
        TrainStudy(
            length=30,
            hidden=30,
            goal=600,
            racers=(Racer("tanh", "orthogonal", 1.0, 0.001), Racer("tanh", "gaussian", 1.0, 0.001)),
        ),
    ),
    "sentiment": Preset(
        "Sentiment",
        "“Not good” is not “good”: order decides. The linear RNN stays at a coin’s toss; LSTM and GRU get there by "
        "updates 288 and 224.",
        TrainStudy(
            task="sentiment",
            length=12,
            goal=400,
            racers=(Racer("identity"), Racer("tanh"), Racer("lstm"), Racer("gru")),
        ),
    ),
    "names": Preset(
        "Names",
        "Which words name a person? Near neighbours decide, so short memory is no loss: the tanh RNN gets there "
        "first, by update 64.",
        TrainStudy(task="entities", length=10, goal=200),
    ),
    "translation": Preset(
        "How are you",
        "An encoder reads English, a decoder answers in Hindi: LSTM and GRU have it by update 256. Below, wrong "
        "words are marked.",
        TrainStudy(task="translation", length=6, hidden=32, goal=400),
    ),
}

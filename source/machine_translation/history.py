"""What happened in a training."""

from __future__ import annotations

from dataclasses import dataclass, field

from measuring import Score


@dataclass
class History:
    """What happened in training, one entry an epoch; `best` is the epoch (from 1) whose weights were kept."""

    train: list[Score] = field(default_factory=list)
    val: list[Score] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    best: int = 0

    @property
    def best_score(self) -> Score:
        """The validation score of the best epoch."""
        return self.val[self.best - 1]

    @property
    def perplexity(self) -> float:
        """The best validation perplexity, every word counted once."""
        return self.best_score.perplexity

    @property
    def course_perplexity(self) -> float:
        """The same in the course's measure."""
        return self.best_score.course_perplexity

    @classmethod
    def of(cls, kept: dict[str, list[list[float]]]) -> History:
        """Make a history of what dataclasses.asdict and JSON have made of one."""
        scores = {name: [Score(**values) for values in kept[name]] for name in ("train", "val")}
        return cls(**{**kept, **scores})

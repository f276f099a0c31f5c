"""What the tables of `config.toml` are made of: their base, and the kinds of values that several of them have."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Price = Annotated[float, Field(ge=0, le=100_000_000, allow_inf_nan=False)]
ToneName = Literal["warm", "formal", "brief", "playful"]
Greeting = Annotated[str, Field(max_length=300)]
Budget = Annotated[float, Field(ge=0, allow_inf_nan=False)]
LeadMinutes = Annotated[int, Field(ge=0, le=60 * 24 * 14)]
Identifier = Annotated[str, Field(min_length=1, max_length=140)]


class Settings(BaseModel):
    """Base of every table: unknown keys are mistakes, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)

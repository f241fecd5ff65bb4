"""A picture as a PDF of one page that is the same whenever it is drawn: its dates are those of the paper."""

from datetime import datetime
from io import BytesIO

from PIL import Image


def of(picture: Image.Image, *, dots_per_inch: int, made: datetime) -> bytes:
    out = BytesIO()
    moment = made.utctimetuple()
    picture.save(out, "PDF", resolution=dots_per_inch, creationDate=moment, modDate=moment)
    return out.getvalue()

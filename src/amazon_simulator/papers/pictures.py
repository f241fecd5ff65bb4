"""A picture for every item of the catalogue: its brand's initials on a colour of its own."""

import hashlib
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

SIDE = 500


@lru_cache(maxsize=256)
def draw(asin: str, brand: str, title: str) -> bytes:
    hue = int(hashlib.md5(asin.encode(), usedforsecurity=False).hexdigest()[:4], 16) % 360
    picture = Image.new("RGB", (SIDE, SIDE), f"hsl({hue}, 35%, 88%)")
    pen = ImageDraw.Draw(picture)
    pen.ellipse((90, 70, 410, 390), fill=f"hsl({hue}, 40%, 45%)")
    initials = "".join(word[0] for word in brand.split() if word[0].isalpha())[:2].upper()
    pen.text((SIDE // 2, 230), initials, font=ImageFont.load_default(150), fill="white", anchor="mm")
    words = title.removeprefix(brand).strip().split(",")[0][:38]
    pen.text((SIDE // 2, 440), words, font=ImageFont.load_default(24), fill="black", anchor="mm")
    out = BytesIO()
    picture.convert("P", palette=Image.Palette.ADAPTIVE, colors=16).save(out, "PNG")
    return out.getvalue()

"""Makes the fonts of this folder from those of DejaVu 2.37: see README.md beside it.

Run: python3 make.py FOLDER_OF_DEJAVU (with fonttools 4.68)."""
import sys
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph, GlyphComponent

FACES = {
    "DejaVuSans": "sans",
    "DejaVuSans-Bold": "sans-bold",
    "DejaVuSerif": "serif",
    "DejaVuSerif-Bold": "serif-bold",
    "DejaVuSansMono": "mono",
    "DejaVuSansMono-Bold": "mono-bold",
}
# Latin, Greek, punctuation, indices, currencies, signs like letters, fractions, arrows, mathematics, technical signs,
# boxes, shapes, a part of the dingbats: what a report of a laboratory may hold.
RANGES = [(0x20, 0x7E), (0xA0, 0x17F), (0x192, 0x192), (0x1FA, 0x1FF), (0x218, 0x21B), (0x2C6, 0x2C7), (0x2D8, 0x2DD), (0x370, 0x3FF),
          (0x2010, 0x2027), (0x2030, 0x203A), (0x2044, 0x2044), (0x2070, 0x209C), (0x20A0, 0x20B5), (0x2103, 0x2103), (0x2105, 0x2105), (0x2109, 0x2109), (0x210F, 0x210F), (0x2111, 0x2113), (0x2116, 0x2118), (0x211C, 0x211C), (0x2120, 0x2122), (0x2126, 0x2126), (0x212B, 0x212B), (0x212E, 0x212E), (0x2135, 0x2135),
          (0x2150, 0x215E), (0x2190, 0x2199), (0x21A5, 0x21A8), (0x21B5, 0x21B5), (0x21D0, 0x21D5), (0x2200, 0x2237), (0x223C, 0x223C), (0x2243, 0x2245), (0x2248, 0x2249), (0x2260, 0x226B), (0x2282, 0x228B), (0x2295, 0x2297), (0x22A4, 0x22A5), (0x22C0, 0x22C5), (0x2300, 0x2311), (0x2320, 0x2321), (0x239B, 0x23AE),
          (0x2500, 0x2502), (0x250C, 0x250C), (0x2510, 0x2510), (0x2514, 0x2514), (0x2518, 0x2518), (0x251C, 0x251C), (0x2524, 0x2524), (0x252C, 0x252C), (0x2534, 0x2534), (0x253C, 0x253C), (0x2550, 0x2551), (0x2588, 0x2588), (0x2591, 0x2593), (0x25A0, 0x25A1), (0x25AA, 0x25AC), (0x25B2, 0x25B3), (0x25B6, 0x25B7), (0x25BA, 0x25BA), (0x25BC, 0x25BD), (0x25C0, 0x25C1), (0x25C4, 0x25C4), (0x25C6, 0x25C7), (0x25CA, 0x25CB), (0x25CF, 0x25CF), (0x25D8, 0x25D9), (0x25E6, 0x25E6), (0x2605, 0x2606), (0x2610, 0x2612), (0x2640, 0x2642), (0x2660, 0x2667), (0x266A, 0x266F),
          (0x2713, 0x2718), (0x2756, 0x2756), (0x2794, 0x2794), (0x27A2, 0x27A4), (0x27E8, 0x27E9), (0x2A7D, 0x2A7E), (0xF6C3, 0xF6C3), (0xFB00, 0xFB06), (0xFFFD, 0xFFFD)]


for face, name in FACES.items():
    font = TTFont(f"{sys.argv[1]}/{face}.ttf")
    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.glyph_names = True
    options.name_IDs = [0, 1, 2, 4, 6, 13, 14]
    options.notdef_outline = False
    options.drop_tables += ["GPOS", "GSUB", "GDEF", "kern", "FFTM", "MATH", "DSIG", "gasp"]
    maker = subset.Subsetter(options)
    maker.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)])
    maker.subset(font)
    glyf, metrics, order = font["glyf"], font["hmtx"], font.getGlyphOrder()
    known = set(order)
    for code, base in sorted(font.getBestCmap().items()):
        if code < 0x80:
            continue
        # Documents ask for a sign by its usual name, which is found by way of the table of characters, or by its number.
        other = "uni%04X" % code
        if other not in known:
            glyph = Glyph()
            if glyf[base].numberOfContours:
                glyph.numberOfContours = -1
                part = GlyphComponent()
                part.glyphName, part.x, part.y, part.flags = base, 0, 0, 0x4 | 0x2
                glyph.components = [part]
            else:
                glyph.numberOfContours = 0
            order = order + [other]
            font.setGlyphOrder(order)
            glyf.glyphs[other] = glyph
            glyf.glyphOrder = order
            metrics.metrics[other] = metrics.metrics[base]
    font["maxp"].numGlyphs = len(order)
    font["post"].formatType = 2.0
    font["post"].extraNames, font["post"].mapping = [], {}
    font.save(f"{name}.ttf")
    print(name, len(order))

/* html-color.c - colours as style sheets and attributes write them; see html-color.h */
#include "config.h"
#include "message/html-color.h"

#include "message/html-tag.h"

static const struct {
    struct slice name;
    uint32_t rgb;
} colors[] = {
    { SLICE_INIT("aliceblue"), 0xF0F8FF },
    { SLICE_INIT("antiquewhite"), 0xFAEBD7 },
    { SLICE_INIT("aqua"), 0x00FFFF },
    { SLICE_INIT("aquamarine"), 0x7FFFD4 },
    { SLICE_INIT("azure"), 0xF0FFFF },
    { SLICE_INIT("beige"), 0xF5F5DC },
    { SLICE_INIT("bisque"), 0xFFE4C4 },
    { SLICE_INIT("black"), 0x000000 },
    { SLICE_INIT("blanchedalmond"), 0xFFEBCD },
    { SLICE_INIT("blue"), 0x0000FF },
    { SLICE_INIT("blueviolet"), 0x8A2BE2 },
    { SLICE_INIT("brown"), 0xA52A2A },
    { SLICE_INIT("burlywood"), 0xDEB887 },
    { SLICE_INIT("cadetblue"), 0x5F9EA0 },
    { SLICE_INIT("chartreuse"), 0x7FFF00 },
    { SLICE_INIT("chocolate"), 0xD2691E },
    { SLICE_INIT("coral"), 0xFF7F50 },
    { SLICE_INIT("cornflowerblue"), 0x6495ED },
    { SLICE_INIT("cornsilk"), 0xFFF8DC },
    { SLICE_INIT("crimson"), 0xDC143C },
    { SLICE_INIT("cyan"), 0x00FFFF },
    { SLICE_INIT("darkblue"), 0x00008B },
    { SLICE_INIT("darkcyan"), 0x008B8B },
    { SLICE_INIT("darkgoldenrod"), 0xB8860B },
    { SLICE_INIT("darkgray"), 0xA9A9A9 },
    { SLICE_INIT("darkgreen"), 0x006400 },
    { SLICE_INIT("darkgrey"), 0xA9A9A9 },
    { SLICE_INIT("darkkhaki"), 0xBDB76B },
    { SLICE_INIT("darkmagenta"), 0x8B008B },
    { SLICE_INIT("darkolivegreen"), 0x556B2F },
    { SLICE_INIT("darkorange"), 0xFF8C00 },
    { SLICE_INIT("darkorchid"), 0x9932CC },
    { SLICE_INIT("darkred"), 0x8B0000 },
    { SLICE_INIT("darksalmon"), 0xE9967A },
    { SLICE_INIT("darkseagreen"), 0x8FBC8F },
    { SLICE_INIT("darkslateblue"), 0x483D8B },
    { SLICE_INIT("darkslategray"), 0x2F4F4F },
    { SLICE_INIT("darkslategrey"), 0x2F4F4F },
    { SLICE_INIT("darkturquoise"), 0x00CED1 },
    { SLICE_INIT("darkviolet"), 0x9400D3 },
    { SLICE_INIT("deeppink"), 0xFF1493 },
    { SLICE_INIT("deepskyblue"), 0x00BFFF },
    { SLICE_INIT("dimgray"), 0x696969 },
    { SLICE_INIT("dimgrey"), 0x696969 },
    { SLICE_INIT("dodgerblue"), 0x1E90FF },
    { SLICE_INIT("firebrick"), 0xB22222 },
    { SLICE_INIT("floralwhite"), 0xFFFAF0 },
    { SLICE_INIT("forestgreen"), 0x228B22 },
    { SLICE_INIT("fuchsia"), 0xFF00FF },
    { SLICE_INIT("gainsboro"), 0xDCDCDC },
    { SLICE_INIT("ghostwhite"), 0xF8F8FF },
    { SLICE_INIT("gold"), 0xFFD700 },
    { SLICE_INIT("goldenrod"), 0xDAA520 },
    { SLICE_INIT("gray"), 0x808080 },
    { SLICE_INIT("green"), 0x008000 },
    { SLICE_INIT("greenyellow"), 0xADFF2F },
    { SLICE_INIT("grey"), 0x808080 },
    { SLICE_INIT("honeydew"), 0xF0FFF0 },
    { SLICE_INIT("hotpink"), 0xFF69B4 },
    { SLICE_INIT("indianred"), 0xCD5C5C },
    { SLICE_INIT("indigo"), 0x4B0082 },
    { SLICE_INIT("ivory"), 0xFFFFF0 },
    { SLICE_INIT("khaki"), 0xF0E68C },
    { SLICE_INIT("lavender"), 0xE6E6FA },
    { SLICE_INIT("lavenderblush"), 0xFFF0F5 },
    { SLICE_INIT("lawngreen"), 0x7CFC00 },
    { SLICE_INIT("lemonchiffon"), 0xFFFACD },
    { SLICE_INIT("lightblue"), 0xADD8E6 },
    { SLICE_INIT("lightcoral"), 0xF08080 },
    { SLICE_INIT("lightcyan"), 0xE0FFFF },
    { SLICE_INIT("lightgoldenrodyellow"), 0xFAFAD2 },
    { SLICE_INIT("lightgray"), 0xD3D3D3 },
    { SLICE_INIT("lightgreen"), 0x90EE90 },
    { SLICE_INIT("lightgrey"), 0xD3D3D3 },
    { SLICE_INIT("lightpink"), 0xFFB6C1 },
    { SLICE_INIT("lightsalmon"), 0xFFA07A },
    { SLICE_INIT("lightseagreen"), 0x20B2AA },
    { SLICE_INIT("lightskyblue"), 0x87CEFA },
    { SLICE_INIT("lightslategray"), 0x778899 },
    { SLICE_INIT("lightslategrey"), 0x778899 },
    { SLICE_INIT("lightsteelblue"), 0xB0C4DE },
    { SLICE_INIT("lightyellow"), 0xFFFFE0 },
    { SLICE_INIT("lime"), 0x00FF00 },
    { SLICE_INIT("limegreen"), 0x32CD32 },
    { SLICE_INIT("linen"), 0xFAF0E6 },
    { SLICE_INIT("magenta"), 0xFF00FF },
    { SLICE_INIT("maroon"), 0x800000 },
    { SLICE_INIT("mediumaquamarine"), 0x66CDAA },
    { SLICE_INIT("mediumblue"), 0x0000CD },
    { SLICE_INIT("mediumorchid"), 0xBA55D3 },
    { SLICE_INIT("mediumpurple"), 0x9370DB },
    { SLICE_INIT("mediumseagreen"), 0x3CB371 },
    { SLICE_INIT("mediumslateblue"), 0x7B68EE },
    { SLICE_INIT("mediumspringgreen"), 0x00FA9A },
    { SLICE_INIT("mediumturquoise"), 0x48D1CC },
    { SLICE_INIT("mediumvioletred"), 0xC71585 },
    { SLICE_INIT("midnightblue"), 0x191970 },
    { SLICE_INIT("mintcream"), 0xF5FFFA },
    { SLICE_INIT("mistyrose"), 0xFFE4E1 },
    { SLICE_INIT("moccasin"), 0xFFE4B5 },
    { SLICE_INIT("navajowhite"), 0xFFDEAD },
    { SLICE_INIT("navy"), 0x000080 },
    { SLICE_INIT("oldlace"), 0xFDF5E6 },
    { SLICE_INIT("olive"), 0x808000 },
    { SLICE_INIT("olivedrab"), 0x6B8E23 },
    { SLICE_INIT("orange"), 0xFFA500 },
    { SLICE_INIT("orangered"), 0xFF4500 },
    { SLICE_INIT("orchid"), 0xDA70D6 },
    { SLICE_INIT("palegoldenrod"), 0xEEE8AA },
    { SLICE_INIT("palegreen"), 0x98FB98 },
    { SLICE_INIT("paleturquoise"), 0xAFEEEE },
    { SLICE_INIT("palevioletred"), 0xDB7093 },
    { SLICE_INIT("papayawhip"), 0xFFEFD5 },
    { SLICE_INIT("peachpuff"), 0xFFDAB9 },
    { SLICE_INIT("peru"), 0xCD853F },
    { SLICE_INIT("pink"), 0xFFC0CB },
    { SLICE_INIT("plum"), 0xDDA0DD },
    { SLICE_INIT("powderblue"), 0xB0E0E6 },
    { SLICE_INIT("purple"), 0x800080 },
    { SLICE_INIT("rebeccapurple"), 0x663399 },
    { SLICE_INIT("red"), 0xFF0000 },
    { SLICE_INIT("rosybrown"), 0xBC8F8F },
    { SLICE_INIT("royalblue"), 0x4169E1 },
    { SLICE_INIT("saddlebrown"), 0x8B4513 },
    { SLICE_INIT("salmon"), 0xFA8072 },
    { SLICE_INIT("sandybrown"), 0xF4A460 },
    { SLICE_INIT("seagreen"), 0x2E8B57 },
    { SLICE_INIT("seashell"), 0xFFF5EE },
    { SLICE_INIT("sienna"), 0xA0522D },
    { SLICE_INIT("silver"), 0xC0C0C0 },
    { SLICE_INIT("skyblue"), 0x87CEEB },
    { SLICE_INIT("slateblue"), 0x6A5ACD },
    { SLICE_INIT("slategray"), 0x708090 },
    { SLICE_INIT("slategrey"), 0x708090 },
    { SLICE_INIT("snow"), 0xFFFAFA },
    { SLICE_INIT("springgreen"), 0x00FF7F },
    { SLICE_INIT("steelblue"), 0x4682B4 },
    { SLICE_INIT("tan"), 0xD2B48C },
    { SLICE_INIT("teal"), 0x008080 },
    { SLICE_INIT("thistle"), 0xD8BFD8 },
    { SLICE_INIT("tomato"), 0xFF6347 },
    { SLICE_INIT("turquoise"), 0x40E0D0 },
    { SLICE_INIT("violet"), 0xEE82EE },
    { SLICE_INIT("wheat"), 0xF5DEB3 },
    { SLICE_INIT("white"), 0xFFFFFF },
    { SLICE_INIT("whitesmoke"), 0xF5F5F5 },
    { SLICE_INIT("yellow"), 0xFFFF00 },
    { SLICE_INIT("yellowgreen"), 0x9ACD32 },
};

#define NAME_LONGEST 20

static bool named(struct slice text, uint32_t *rgb)
{
    char lower[NAME_LONGEST];
    size_t low = 0, high = sizeof(colors) / sizeof(colors[0]);
    if (text.n > NAME_LONGEST)
        return false;
    for (size_t i = 0; i < text.n; i++)
        lower[i] = ascii_lower(text.p[i]);
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = html_name_order(slice_of(lower, text.n), colors[middle].name);
        if (order == 0) {
            *rgb = colors[middle].rgb;
            return true;
        }
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

static bool all_hex(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if (ascii_hex(s.p[i]) < 0)
            return false;
    return true;
}

static uint32_t hex_byte(struct slice s, size_t i, size_t width)
{
    int high = ascii_hex(s.p[i * width]), low = ascii_hex(s.p[i * width + width - 1]);
    return (uint32_t)(high << 4 | low);
}

/* digits behind '#': 3, 4, 6 or 8 */
static enum html_color_kind hex(struct slice s, uint32_t *rgb)
{
    if ((s.n != 3 && s.n != 4 && s.n != 6 && s.n != 8) || !all_hex(s))
        return HTML_COLOR_NONE;
    size_t width = s.n <= 4 ? 1 : 2;
    *rgb = hex_byte(s, 0, width) << 16 | hex_byte(s, 1, width) << 8 | hex_byte(s, 2, width);
    bool alpha = s.n == 4 || s.n == 8;
    return alpha && hex_byte(s, 3, width) < 5 ? HTML_COLOR_TRANSPARENT : HTML_COLOR_SOLID;
}

/* ---- rgb(), hsl() */

struct component {
    double value;
    bool percent;
};

static bool number(struct slice *s, struct component *c)
{
    size_t i = 0;
    double scale = 1;
    bool negative = false, point = false, any = false;
    while (i < s->n && (ascii_space(s->p[i]) || s->p[i] == ',' || s->p[i] == '/'))
        i++;
    if (i < s->n && (s->p[i] == '-' || s->p[i] == '+'))
        negative = s->p[i++] == '-';
    c->value = 0;
    for (; i < s->n; i++) {
        if (s->p[i] == '.' && !point) {
            point = true;
            continue;
        }
        if (!ascii_digit(s->p[i]))
            break;
        any = true;
        if (point)
            c->value += (s->p[i] - '0') * (scale /= 10);
        else if (c->value < 1e6)
            c->value = c->value * 10 + (s->p[i] - '0');
    }
    if (negative)
        c->value = -c->value;
    c->percent = i < s->n && s->p[i] == '%';
    while (i < s->n && (s->p[i] == '%' || ascii_alpha(s->p[i]))) /* deg */
        i++;
    *s = slice_from(*s, i);
    return any;
}

static uint32_t byte_of(double v)
{
    return v <= 0 ? 0 : v >= 255 ? 255 : (uint32_t)(v + 0.5);
}

static uint32_t rgb_of(const struct component c[3])
{
    uint32_t rgb = 0;
    for (int i = 0; i < 3; i++)
        rgb = rgb << 8 | byte_of(c[i].percent ? c[i].value * 2.55 : c[i].value);
    return rgb;
}

static double hue_channel(double m1, double m2, double h)
{
    h = h < 0 ? h + 6 : h >= 6 ? h - 6 : h;
    return 255 * (h < 1 ? m1 + (m2 - m1) * h : h < 3 ? m2 : h < 4 ? m1 + (m2 - m1) * (4 - h) : m1);
}

static double clamp1(double percent)
{
    return percent < 0 ? 0 : percent > 100 ? 1 : percent / 100;
}

static uint32_t rgb_of_hsl(const struct component c[3])
{
    double turns = c[0].value / 360, saturation = clamp1(c[1].value), light = clamp1(c[2].value);
    double h = (turns - (double)(long)turns) * 6;
    double m2 = light <= 0.5 ? light * (saturation + 1) : light + saturation - light * saturation;
    double m1 = light * 2 - m2;
    if (h < 0)
        h += 6;
    return byte_of(hue_channel(m1, m2, h + 2)) << 16 | byte_of(hue_channel(m1, m2, h)) << 8 |
           byte_of(hue_channel(m1, m2, h - 2));
}

static enum html_color_kind function(struct slice text, uint32_t *rgb)
{
    struct component c[3], alpha = { 1, false };
    ptrdiff_t open = slice_chr(text, '(');
    if (open < 0)
        return HTML_COLOR_NONE;
    struct slice name = slice_sub(text, 0, (size_t)open), rest = slice_from(text, (size_t)open + 1);
    bool hsl = slice_ieq(name, SLICE("hsl")) || slice_ieq(name, SLICE("hsla"));
    if (!hsl && !slice_ieq(name, SLICE("rgb")) && !slice_ieq(name, SLICE("rgba")))
        return HTML_COLOR_NONE;
    for (int i = 0; i < 3; i++)
        if (!number(&rest, &c[i]))
            return HTML_COLOR_NONE;
    bool has_alpha = number(&rest, &alpha);
    *rgb = hsl ? rgb_of_hsl(c) : rgb_of(c);
    return has_alpha && alpha.value < (alpha.percent ? 2 : 0.02) ? HTML_COLOR_TRANSPARENT : HTML_COLOR_SOLID;
}

enum html_color_kind html_css_color(struct slice text, uint32_t *rgb)
{
    text = slice_trim(text);
    if (text.n && text.p[0] == '#')
        return hex(slice_from(text, 1), rgb);
    if (slice_ieq(text, SLICE("transparent")))
        return HTML_COLOR_TRANSPARENT;
    return named(text, rgb) ? HTML_COLOR_SOLID : function(text, rgb);
}

/* ---- attributes */

#define LEGACY_LONGEST 128

/* The steps 8 to 16: other characters are 0, padded to three equal components, of which the last 8 digits
 * count, less the zeros that all have in front; then the first two. */
static uint32_t legacy_components(char digits[LEGACY_LONGEST + 3], size_t n)
{
    while (n == 0 || n % 3)
        digits[n++] = '0';
    size_t length = n / 3, skip = length > 8 ? length - 8 : 0;
    while (length - skip > 2 && digits[skip] == '0' && digits[length + skip] == '0' &&
           digits[2 * length + skip] == '0')
        skip++;
    uint32_t rgb = 0;
    size_t take = length - skip > 2 ? 2 : length - skip;
    for (size_t i = 0; i < 3; i++) {
        uint32_t v = 0;
        for (size_t j = 0; j < take; j++)
            v = v << 4 | (uint32_t)ascii_hex(digits[i * length + skip + j]);
        rgb = rgb << 8 | v;
    }
    return rgb;
}

bool html_legacy_color(struct slice text, uint32_t *rgb)
{
    char digits[LEGACY_LONGEST + 3];
    size_t n = 0;
    text = slice_trim(text);
    if (text.n == 0 || slice_ieq(text, SLICE("transparent")))
        return false;
    if (named(text, rgb))
        return true;
    if (text.n == 4 && text.p[0] == '#' && all_hex(slice_from(text, 1))) {
        hex(slice_from(text, 1), rgb);
        return true;
    }
    text = slice_sub(text, 0, LEGACY_LONGEST);
    if (text.p[0] == '#')
        text = slice_from(text, 1);
    for (size_t i = 0; i < text.n; i++)
        digits[n++] = ascii_hex(text.p[i]) >= 0 ? text.p[i] : '0';
    *rgb = legacy_components(digits, n);
    return true;
}

bool html_color_near(uint32_t x, uint32_t y)
{
    int sum = 0;
    for (int shift = 0; shift < 24; shift += 8) {
        int difference = (int)(x >> shift & 255) - (int)(y >> shift & 255);
        sum += difference < 0 ? -difference : difference;
    }
    return sum <= 12;
}

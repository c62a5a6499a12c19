//! The graph as a picture.
//!
//! It holds no script and no `style` attribute, so it can be shown under the strictest content policy: colours on a light
//! ground are presentation attributes, and a style sheet, where it may apply, turns them for a dark ground.

use design_layout::{Layout, PADDING, Point, Rectangle, Route};

use crate::label::{Face, NOTE, escaped, width};
use crate::picture::{INSET, INSET_DOWN, Mark, NAME_LINE, Picture, Tile, line_height};
use crate::sort::{Look, look};

/// The style sheet: faces, and colours on a dark ground.
pub const STYLE: &str = include_str!("svg.css");

/// The height of a line of the legend, and the length of the arrow in it.
const LEGEND_LINE: i64 = 24;
const SAMPLE: i64 = 56;
const MARGIN: i64 = 16;

/// The picture as a file of its own.
pub fn render(picture: &Picture) -> String {
    written(picture, true, None)
}

/// The picture as an element of a page that has the style sheet [`STYLE`], or one of its own for the same classes.
pub fn embedded(picture: &Picture) -> String {
    written(picture, false, None)
}

/// The picture as an element of a page that has the style sheet; `filter` is the number of the tick box of an arrow.
pub(crate) fn element(picture: &Picture, filter: &Filter<'_>) -> String {
    written(picture, false, Some(filter))
}

/// The number of a tick box by the sub-type and mark of a relationship.
type Filter<'a> = dyn Fn(&str, Mark) -> usize + 'a;

fn written(picture: &Picture, is_alone: bool, filter: Option<&Filter<'_>>) -> String {
    let layout = picture.layout();
    let legend = Legend::of(picture, layout.size.width);
    let (width, height) = (layout.size.width.max(legend.width), layout.size.height + legend.height);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         role=\"graphics-document\" aria-labelledby=\"picture-title picture-description\" class=\"graph\">\n\
         <title id=\"picture-title\">{}</title>\n<desc id=\"picture-description\">{}</desc>\n",
        escaped(&picture.title),
        escaped(&picture.description)
    );
    if is_alone {
        text.push_str(&format!("<style>\n{STYLE}</style>\n"));
    }
    heads(picture, &mut text);
    text.push_str(&format!("<rect class=\"ground\" width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n"));
    tiles(picture, &layout, &mut text);
    arrows(picture, &layout, filter, &mut text);
    legend.write(layout.size.height, &mut text);
    text.push_str("</svg>\n");
    text
}

/// The heads of the arrows that occur.
fn heads(picture: &Picture, text: &mut String) {
    let mut looks: Vec<Look> = picture.sorts().keys().map(|(sort, mark)| look(sort, *mark)).collect();
    looks.sort_unstable();
    looks.dedup();
    if looks.is_empty() {
        return;
    }
    text.push_str("<defs>\n");
    for look in looks {
        text.push_str(&format!(
            "<marker id=\"head-{0}\" class=\"head {0}\" viewBox=\"0 0 10 10\" refX=\"10\" refY=\"5\" markerWidth=\"11\" \
             markerHeight=\"11\" markerUnits=\"userSpaceOnUse\" orient=\"auto\" fill=\"{1}\" stroke=\"{1}\" \
             stroke-width=\"0\">{2}</marker>\n",
            look.class, look.colour, look.head
        ));
    }
    text.push_str("</defs>\n");
}

/// The boxes, as a list by frames.
fn tiles(picture: &Picture, layout: &Layout, text: &mut String) {
    if picture.tiles.is_empty() {
        return;
    }
    text.push_str("<g role=\"list\" aria-label=\"Components\">\n");
    for (number, (frame, place)) in picture.frames.iter().zip(&layout.groups).enumerate() {
        let Some(place) = place else { continue };
        if let Some(label) = &frame.label {
            let title = format!("namespace {label}");
            let id = if frame.id.is_empty() { String::new() } else { format!(" data-id=\"{}\"", escaped(&frame.id)) };
            text.push_str(&format!(
                "<g role=\"listitem\" id=\"f{number}\" class=\"frame\"{id}><title>{}</title>\n{}",
                escaped(&title),
                rectangle(place, 10, "fill=\"#f6f8fa\" stroke=\"#8c959f\"")
            ));
            let mut at = Point { x: place.at.x + PADDING, y: place.at.y + PADDING - 4 };
            for line in frame.lines() {
                at.y += NAME_LINE;
                text.push_str(&written_line(&line, Face::Name, at, "label", "#424a53"));
            }
            text.push_str(&format!("<g role=\"list\" aria-label=\"Components in {}\">\n", escaped(&title)));
        }
        for (tile, (position, place)) in picture.tiles.iter().zip(layout.nodes.iter().enumerate()) {
            if tile.frame == number {
                write_tile(tile, position, place, text);
            }
        }
        if frame.label.is_some() {
            text.push_str("</g>\n</g>\n");
        }
    }
    text.push_str("</g>\n");
}

fn write_tile(tile: &Tile, position: usize, place: &Rectangle, text: &mut String) {
    let border = match tile.mark {
        Mark::Plain => "fill=\"#ffffff\" stroke=\"#57606a\"",
        Mark::Missing => "fill=\"#ffffff\" stroke=\"#a33300\" stroke-dasharray=\"5 4\"",
        Mark::External => "fill=\"#ffffff\" stroke=\"#424a53\" stroke-width=\"1.5\"",
        Mark::Added => "fill=\"#ffffff\" stroke=\"#116329\" stroke-width=\"3\"",
        Mark::Removed => "fill=\"#ffffff\" stroke=\"#a40e26\" stroke-width=\"2\" stroke-dasharray=\"2 4\"",
        Mark::Changed => "fill=\"#ffffff\" stroke=\"#0550ae\"",
    };
    text.push_str(&format!(
        "<g role=\"listitem\" id=\"n{position}\" class=\"tile {}{}\" data-id=\"{}\"><title>{}</title>\n<g class=\"face\">{}",
        tile.mark.word(),
        if tile.is_many() { " many" } else { "" },
        escaped(&tile.id),
        escaped(&tile.title),
        rectangle(place, if tile.mark == Mark::External { 20 } else { 6 }, border)
    ));
    if tile.is_many() || tile.mark == Mark::Changed {
        // A second border: of a pile, or of what has two states.
        let at = Point { x: place.at.x + 3, y: place.at.y + 3 };
        let size = design_layout::Size { width: place.size.width - 6, height: place.size.height - 6 };
        text.push_str(&rectangle(&Rectangle { at, size }, 4, &border.replace("fill=\"#ffffff\"", "fill=\"none\"")));
    }
    let lines = tile.lines();
    let taken: i64 = lines.iter().map(|(face, _)| line_height(*face)).sum::<i64>() + 2 * INSET_DOWN;
    let mut at = Point { x: place.at.x + INSET, y: place.at.y + INSET_DOWN + (place.size.height - taken) / 2 };
    let mut is_below = false;
    for (face, line) in lines {
        at.y += line_height(face);
        let (class, colour) = match face {
            Face::Name => ("name", "#1f2328"),
            Face::Small if is_below => ("note", "#424a53"),
            Face::Small => ("kind", "#57606a"),
        };
        is_below |= face == Face::Name;
        let base = Point { x: at.x, y: at.y - 4 };
        text.push_str(&written_line(&line, face, base, class, colour));
    }
    text.push_str("</g></g>\n");
}

fn rectangle(place: &Rectangle, corner: i64, look: &str) -> String {
    format!(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{corner}\" {look}/>\n",
        place.at.x, place.at.y, place.size.width, place.size.height
    )
}

/// A line of text. What an estimate may be wrong about is told to take the room that it has.
fn written_line(line: &str, face: Face, at: Point, class: &str, colour: &str) -> String {
    let (family, size) = match face {
        Face::Name => ("monospace", 13),
        Face::Small => ("sans-serif", 11),
    };
    let fit = if line.is_ascii() {
        String::new()
    } else {
        format!(" textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\"", width(line, face).max(1))
    };
    format!(
        "<text class=\"{class}\" x=\"{}\" y=\"{}\" font-family=\"{family}\" font-size=\"{size}\" fill=\"{colour}\"{fit}>{}\
         </text>\n",
        at.x,
        at.y,
        escaped(line)
    )
}

/// The arrows, as a list.
fn arrows(picture: &Picture, layout: &Layout, filter: Option<&Filter<'_>>, text: &mut String) {
    if picture.arrows.is_empty() {
        return;
    }
    text.push_str("<g role=\"list\" aria-label=\"Relationships\" fill=\"none\" stroke-width=\"1.5\">\n");
    for (arrow, route) in picture.arrows.iter().zip(&layout.edges) {
        let look = look(&arrow.sort, arrow.mark);
        let title =
            if arrow.sort.is_empty() { arrow.title.clone() } else { format!("{}: {}", arrow.sort, arrow.title) };
        text.push_str(&format!(
            "<g role=\"listitem\" class=\"arrow {} {}\" data-from=\"n{}\" data-to=\"n{}\" {}><title>{}</title>\
             {}{}</g>\n",
            look.class,
            if matches!(arrow.mark, Mark::Missing | Mark::External) { "" } else { arrow.mark.word() },
            arrow.from,
            arrow.to,
            match filter {
                Some(filter) => format!("data-filter=\"{}\"", filter(&arrow.sort, arrow.mark)),
                None => format!("data-sort=\"{}\"", escaped(&arrow.sort)),
            },
            escaped(&title),
            line(&look, arrow.mark, &way(route)),
            sign(arrow.mark, middle(route))
        ));
    }
    text.push_str("</g>\n");
}

fn line(look: &Look, mark: Mark, way: &str) -> String {
    let dashes = if look.dashes.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{}\"", look.dashes) };
    let thick = if mark == Mark::Added { " stroke-width=\"3\"" } else { "" };
    format!(
        "<path class=\"line {0}\" d=\"{way}\" stroke=\"{1}\" fill=\"none\"{dashes}{thick} marker-end=\"url(#head-{0})\"/>",
        look.class, look.colour
    )
}

/// The sign of an arrow that was added or removed, in a disc at its middle.
fn sign(mark: Mark, at: Point) -> String {
    let colour = match mark {
        Mark::Added => "#116329",
        Mark::Removed => "#a40e26",
        Mark::Plain | Mark::Missing | Mark::External | Mark::Changed => return String::new(),
    };
    let stroke = match mark {
        Mark::Added => format!("M{} {}h8m-4 -4v8", at.x - 4, at.y),
        _ => format!("M{} {}h8", at.x - 4, at.y),
    };
    format!(
        "<circle class=\"sign {2}\" cx=\"{0}\" cy=\"{1}\" r=\"7\" fill=\"{colour}\"/>\
         <path class=\"stroke\" d=\"{stroke}\" stroke=\"#ffffff\" stroke-width=\"2\" fill=\"none\"/>",
        at.x,
        at.y,
        mark.word()
    )
}

/// The middle of the first bend of an arrow, which is in the free space between columns.
fn middle(route: &Route) -> Point {
    let between =
        |one: Point, other: Point| Point { x: i64::midpoint(one.x, other.x), y: i64::midpoint(one.y, other.y) };
    match route {
        Route::Loop(out, back, reach) => Point { x: out.x + reach * 3 / 4, y: i64::midpoint(out.y, back.y) },
        Route::Through(points) => {
            let pairs = || points.windows(2).filter_map(|pair| Some((*pair.first()?, *pair.get(1)?)));
            let bend = pairs().find(|(one, other)| one.y != other.y);
            bend.or_else(|| pairs().max_by_key(|(one, other)| (one.x - other.x).abs()))
                .map_or_else(Point::default, |(one, other)| between(one, other))
        }
    }
}

/// A route as the data of a path.
fn way(route: &Route) -> String {
    match route {
        Route::Loop(out, back, reach) => {
            let far = out.x + reach * 4 / 3;
            format!("M{} {}C{far} {} {far} {} {} {}", out.x, out.y, out.y, back.y, back.x, back.y)
        }
        Route::Through(points) => {
            let mut text = String::new();
            let mut before: Option<Point> = None;
            for point in points {
                match before {
                    None => text.push_str(&format!("M{} {}", point.x, point.y)),
                    Some(before) if before.y == point.y => text.push_str(&format!("H{}", point.x)),
                    Some(before) => {
                        let half = i64::midpoint(before.x, point.x);
                        text.push_str(&format!("C{half} {} {half} {} {} {}", before.y, point.y, point.x, point.y));
                    }
                }
                before = Some(*point);
            }
            text
        }
    }
}

/// What the lines and borders mean, below the graph.
struct Legend {
    entries: Vec<(Look, Mark, String, Point)>,
    width: i64,
    height: i64,
}

impl Legend {
    fn of(picture: &Picture, widest: i64) -> Self {
        let widest = widest.max(480);
        let mut legend = Self { entries: Vec::new(), width: 0, height: 0 };
        let mut at = Point { x: MARGIN, y: 0 };
        for ((sort, mark), count) in picture.sorts() {
            let name = match mark {
                Mark::Missing => "not here",
                Mark::External => "from outside",
                Mark::Plain | Mark::Added | Mark::Removed | Mark::Changed if sort.is_empty() => "without a sort",
                _ => sort,
            };
            let change =
                if matches!(mark, Mark::Added | Mark::Removed) { format!("{} ", mark.word()) } else { String::new() };
            let words = crate::label::lines(&format!("{change}{name} ({count})"), NOTE).concat();
            let takes = SAMPLE + 8 + width(&words, Face::Small) + 24;
            if at.x > MARGIN && at.x + takes > widest {
                at = Point { x: MARGIN, y: at.y + LEGEND_LINE };
            }
            legend.entries.push((look(sort, mark), mark, words, at));
            at.x += takes;
            legend.width = legend.width.max(at.x);
            legend.height = at.y + LEGEND_LINE + MARGIN;
        }
        legend
    }

    fn write(&self, top: i64, text: &mut String) {
        if self.entries.is_empty() {
            return;
        }
        text.push_str("<g role=\"list\" aria-label=\"Legend\" class=\"legend\" stroke-width=\"1.5\">\n");
        for (look, mark, words, at) in &self.entries {
            let (y, end) = (top + at.y + LEGEND_LINE / 2, at.x + SAMPLE);
            text.push_str(&format!(
                "<g role=\"listitem\">{}{}{}</g>\n",
                line(look, *mark, &format!("M{} {y}H{end}", at.x)),
                sign(*mark, Point { x: at.x + SAMPLE / 3, y }),
                written_line(words, Face::Small, Point { x: end + 8, y: y + 4 }, "note", "#424a53")
            ));
        }
        text.push_str("</g>\n");
    }
}

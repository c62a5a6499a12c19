//! Points, sizes and rectangles. Across grows to the right, down grows downwards; the unit is a pixel.

/// A place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Point {
    /// Pixels from the left.
    pub x: i64,
    /// Pixels from the top.
    pub y: i64,
}

/// A width and a height.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// Pixels across.
    pub width: i64,
    /// Pixels down.
    pub height: i64,
}

/// A rectangle by its upper left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rectangle {
    /// The upper left corner.
    pub at: Point,
    /// Its size.
    pub size: Size,
}

impl Rectangle {
    /// The first pixel to the right of it.
    pub fn right(&self) -> i64 {
        self.at.x + self.size.width
    }

    /// The first pixel below it.
    pub fn bottom(&self) -> i64 {
        self.at.y + self.size.height
    }
}

impl Point {
    /// The same point elsewhere.
    pub(crate) fn moved(self, by: Self) -> Self {
        Self { x: self.x + by.x, y: self.y + by.y }
    }
}

/// A count as a number of pixels.
pub(crate) fn pixels(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The whole part of a square root; zero for what is negative.
pub(crate) fn root(number: i64) -> i64 {
    number.max(0).isqrt()
}

mod core;
mod images;
mod text;

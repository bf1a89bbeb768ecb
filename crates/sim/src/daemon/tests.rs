mod core;
mod images;
mod ipam;
mod text;

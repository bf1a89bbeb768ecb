//! Themes that are read, and those that are refused in words that help.

use ratatui::style::{Color, Modifier};

use super::*;

#[test]
fn every_theme_of_the_program_is_read_and_says_what_it_is_for() {
    let themes = embedded();
    assert_eq!(themes.len(), FILES.files().count());
    for (name, description) in themes {
        let theme = Theme::named(&name, None).unwrap_or_else(|error| panic!("{error}"));
        assert_ne!(theme, Theme::default(), "{name}");
        assert!(!description.is_empty(), "{name}");
    }
    assert!(Theme::named(PROJECTOR, None).is_ok());
}

#[test]
fn without_colours_there_is_none() {
    let theme = Theme::named(COLOURLESS, None).unwrap();
    for style in [
        theme.text,
        theme.faint,
        theme.good,
        theme.bad,
        theme.changed,
        theme.alert,
    ] {
        assert_eq!((style.fg, style.bg), (None, None));
    }
}

#[test]
fn in_every_theme_what_is_selected_is_seen() {
    for (name, _) in embedded() {
        let theme = Theme::named(&name, None).unwrap();
        let reversed = theme.selected.add_modifier.contains(Modifier::REVERSED);
        assert!(reversed || theme.selected.bg.is_some(), "{name}");
        assert_ne!(theme.good, theme.alert, "{name}");
    }
}

#[test]
fn a_learners_theme_comes_before_the_programs() {
    let folder = tempfile::tempdir().unwrap();
    let text = "description: à moi\nstyles: {titre: {couleur: 208, fond: noir, souligne: true}}\n";
    std::fs::write(folder.path().join("sombre.yaml"), text).unwrap();
    let theme = Theme::named("sombre", Some(folder.path())).unwrap();
    assert_eq!(theme.title.fg, Some(Color::Indexed(208)));
    assert_eq!(theme.title.bg, Some(Color::Black));
    assert!(theme.title.add_modifier.contains(Modifier::UNDERLINED));
    assert_eq!(theme.good, ratatui::style::Style::new());
}

#[test]
fn what_is_wrong_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let write = |text: &str| std::fs::write(folder.path().join("mien.yaml"), text).unwrap();
    let said = |name: &str| {
        Theme::named(name, Some(folder.path()))
            .unwrap_err()
            .to_string()
    };
    write("description: x\nstyles: {titre: {couleur: vermillon}}\n");
    assert!(said("mien").contains("«\u{a0}vermillon\u{a0}» n’est pas une couleur"));
    write("description: x\nstyles: {titres: {}}\n");
    assert!(said("mien").contains("titres"), "{}", said("mien"));
    assert!(
        said("rien").contains("mien, sans-couleur, sombre"),
        "{}",
        said("rien")
    );
}

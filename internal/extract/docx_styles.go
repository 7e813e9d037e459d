package extract

import (
	"encoding/xml"
	"strings"
	"unicode/utf8"

	"entente"
)

// A style as far as it matters to the text.
type style struct {
	based      string
	heading    bool
	num, level string // the list that its paragraphs belong to
}

type styles map[string]style

// resolve follows the chain of styles that a style is based on.
func (s styles) resolve(id string) style {
	var out style
	for range 20 { // longer chains, or circles, are cut
		st, ok := s[id]
		if !ok {
			return out
		}
		out.heading = out.heading || st.heading
		if out.num == "" {
			out.num = st.num
		}
		if out.level == "" {
			out.level = st.level
		}
		id = st.based
	}
	return out
}

// runLang is the language of a run: for Latin and like scripts, and for East
// Asian ones.
type runLang struct{ latin, asian string }

// readAround reads the parts that say what the text's marks mean. A part that is
// not there has nothing to say.
func (d *docx) readAround(main string) error {
	core := d.parts.related("_rels/.rels", "", "/core-properties")
	if core == "" {
		core = "docProps/core.xml"
	}
	for _, part := range []struct {
		name string
		read func(*xmlReader) error
	}{
		{core, d.readCore},
		{d.beside(main, "/styles", "styles.xml"), d.readStyles},
		{d.beside(main, "/numbering", "numbering.xml"), d.readNumbering},
	} {
		if err := d.parts.read(part.name, part.read); err != nil && entente.KindOf(err) != entente.NotFound {
			return err
		}
	}
	return nil
}

func (d *docx) readCore(x *xmlReader) error {
	return x.children(func(xml.StartElement) error {
		return x.children(func(el xml.StartElement) error {
			if el.Name.Local != "title" || d.b.text.Title != "" {
				return x.skip()
			}
			s, err := x.chars()
			d.b.text.Title = s
			return err
		})
	})
}

func (d *docx) readStyles(x *xmlReader) error {
	d.styles = styles{}
	return x.children(func(xml.StartElement) error {
		return x.children(func(el xml.StartElement) error {
			switch word(el) {
			case "docDefaults":
				return d.defaults(x)
			case "style":
				if val(el, "type") == "paragraph" || val(el, "type") == "" {
					return d.readStyle(x, val(el, "styleId"))
				}
			}
			return x.skip()
		})
	})
}

// defaults reads the language that runs have when they name none.
func (d *docx) defaults(x *xmlReader) error {
	return x.children(func(el xml.StartElement) error {
		switch word(el) {
		case "rPrDefault", "rPr":
			return d.defaults(x)
		case "lang":
			d.lang = runLang{latin: val(el, "val"), asian: val(el, "eastAsia")}
		}
		return x.skip()
	})
}

func (d *docx) readStyle(x *xmlReader, id string) error {
	var st style
	err := x.children(func(el xml.StartElement) error {
		switch word(el) {
		case "name":
			// Word names built-in styles in English in the file, whatever its own language.
			name := strings.ToLower(val(el, "val"))
			st.heading = st.heading || strings.HasPrefix(name, "heading ") || name == "title" || name == "toc heading"
		case "basedOn":
			st.based = val(el, "val")
		case "pPr":
			var p par
			inner := &docx{x: x}
			if err := inner.paragraphProperties(&p); err != nil {
				return err
			}
			st.num, st.level = p.num, p.level
			st.heading = st.heading || p.outline != "" && p.outline < "9"
			return nil
		}
		return x.skip()
	})
	d.styles[id] = st
	return err
}

// countLanguage adds the runes of a run to its language.
func (d *docx) countLanguage(s string, l runLang) {
	lang, usual := l.latin, d.lang.latin
	if strings.ContainsFunc(s, solid) {
		lang, usual = l.asian, d.lang.asian
	}
	if lang == "" {
		lang = usual
	}
	if lang != "" {
		d.langs[lang] += utf8.RuneCountInString(s)
	}
}

// language is the one that most of the text is in.
func (d *docx) language() string {
	best := ""
	for lang, n := range d.langs {
		if best == "" || n > d.langs[best] || n == d.langs[best] && lang < best {
			best = lang
		}
	}
	return best
}

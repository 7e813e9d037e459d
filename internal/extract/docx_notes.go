package extract

import (
	"encoding/xml"
	"strconv"

	"entente"
)

// A noteRef is a mark in the text and the note that it belongs to.
type noteRef struct{ kind, id, mark string }

// noteKinds are the two kinds of notes: the element of the mark, the part, the
// element of a note in it, and how Word numbers them unless told otherwise.
var noteKinds = []struct{ ref, rel, file, element, format string }{
	{"footnoteReference", "/footnotes", "footnotes.xml", "footnote", "decimal"},
	{"endnoteReference", "/endnotes", "endnotes.xml", "endnote", "lowerRoman"},
}

// refer numbers a note and returns its mark as it stands in the text. A note
// with a mark of its own ("*") is not numbered: its mark follows as text.
func (d *docx) refer(kind, id string, custom bool) string {
	for _, k := range noteKinds {
		if k.ref != kind {
			continue
		}
		if custom {
			d.notes = append(d.notes, noteRef{kind: kind, id: id})
			return ""
		}
		if d.marks == nil {
			d.marks = map[string]int{}
		}
		d.marks[kind]++
		mark := numeral(d.marks[kind], k.format)
		d.notes = append(d.notes, noteRef{kind: kind, id: id, mark: mark})
		return "[" + mark + "]"
	}
	return ""
}

// addNotes appends the notes, in the order of their marks. A note of several
// paragraphs carries the mark in the first.
func (d *docx) addNotes(main string) error {
	for _, k := range noteKinds {
		refs := d.notes // notes in notes do not exist
		texts, err := d.readNotes(d.beside(main, k.rel, k.file), k.element)
		if err != nil {
			return err
		}
		for _, ref := range refs {
			if ref.kind != k.ref {
				continue
			}
			for i, p := range texts[ref.id] {
				p.mark, p.label = ref.mark, ""
				if i == 0 && ref.mark != "" {
					p.text = "[" + ref.mark + "] " + p.text
				}
				if err := d.b.add(p); err != nil {
					return err
				}
			}
			delete(texts, ref.id) // a second mark for the same note adds nothing
		}
	}
	return nil
}

func (d *docx) readNotes(part, element string) (map[string][]draft, error) {
	out := map[string][]draft{}
	err := d.parts.read(part, func(x *xmlReader) error {
		d.x = x
		return x.children(func(xml.StartElement) error {
			return x.children(func(el xml.StartElement) error {
				if word(el) != element || val(el, "type") == "separator" || val(el, "type") == "continuationSeparator" {
					return x.skip()
				}
				s := &sink{}
				if err := d.blocks(s); err != nil {
					return err
				}
				s.end()
				out[val(el, "id")] = s.items
				return nil
			})
		})
	})
	if entente.KindOf(err) == entente.NotFound {
		return out, nil
	}
	return out, err
}

// on2 reads a switch that is an attribute.
func on2(el xml.StartElement, name string) bool {
	v := val(el, name)
	set, err := strconv.ParseBool(v)
	return err == nil && set || v == "on"
}

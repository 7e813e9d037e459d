package docxtest

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Check reports everything that would make a word processor complain: parts
// that are not well-formed XML, parts without a content type, relationships
// without a target or used without being declared, footnote marks without a
// note and notes without a mark, styles and numberings that do not exist,
// identifiers used twice.
func Check(data []byte) error {
	parts, err := Parts(data)
	if err != nil {
		return err
	}
	c := &checker{parts: parts}
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		if strings.HasSuffix(name, ".xml") || strings.HasSuffix(name, ".rels") {
			if err := WellFormed(parts[name]); err != nil {
				c.add("%s: %v", name, err)
			}
		}
	}
	c.contentTypes()
	c.relationships()
	c.references()
	c.order()
	return errors.Join(c.found...)
}

// WellFormed says why data is not one well-formed XML document.
func WellFormed(data []byte) error {
	dec := xml.NewDecoder(bytes.NewReader(data))
	roots, depth := 0, 0
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		switch e := tok.(type) {
		case xml.StartElement:
			if depth == 0 {
				roots++
			}
			depth++
			seen := map[xml.Name]bool{}
			for _, a := range e.Attr {
				if seen[a.Name] {
					return fmt.Errorf("element %s has the attribute %s twice", e.Name.Local, a.Name.Local)
				}
				seen[a.Name] = true
			}
		case xml.EndElement:
			depth--
		}
	}
	if roots != 1 {
		return fmt.Errorf("%d root elements", roots)
	}
	return nil
}

type checker struct {
	parts map[string][]byte
	found []error
}

func (c *checker) add(format string, args ...any) {
	c.found = append(c.found, fmt.Errorf(format, args...))
}

func (c *checker) contentTypes() {
	var types struct {
		Default []struct {
			Extension string `xml:"Extension,attr"`
		} `xml:"Default"`
		Override []struct {
			PartName string `xml:"PartName,attr"`
		} `xml:"Override"`
	}
	if err := xml.Unmarshal(c.parts["[Content_Types].xml"], &types); err != nil {
		c.add("[Content_Types].xml: %v", err)
		return
	}
	named := map[string]bool{}
	for _, o := range types.Override {
		named[o.PartName] = true
		if c.parts[strings.TrimPrefix(o.PartName, "/")] == nil {
			c.add("content type of %s, which does not exist", o.PartName)
		}
	}
	ext := map[string]bool{}
	for _, d := range types.Default {
		ext[d.Extension] = true
	}
	for _, name := range slices.Sorted(maps.Keys(c.parts)) {
		kind := strings.TrimPrefix(path.Ext(name), ".")
		// Plain "xml" says nothing of what a part is: it must be named.
		if name != "[Content_Types].xml" && !named["/"+name] && (kind == "xml" || !ext[kind]) {
			c.add("no content type for %s", name)
		}
	}
}

var relUse = regexp.MustCompile(`\br:(?:id|embed)="([^"]*)"`)

func (c *checker) relationships() {
	reached := map[string]bool{"[Content_Types].xml": true}
	for _, name := range slices.Sorted(maps.Keys(c.parts)) {
		dir, file := path.Split(name)
		if path.Base(dir) != "_rels" {
			continue
		}
		reached[name] = true
		base := path.Dir(path.Clean(dir))
		owner := path.Join(base, strings.TrimSuffix(file, ".rels"))
		list, err := readRels(c.parts[name])
		if err != nil {
			continue // reported as not well-formed
		}
		ids := map[string]bool{}
		for _, r := range list {
			if ids[r.ID] {
				c.add("%s: %s occurs twice", name, r.ID)
			}
			ids[r.ID] = true
			if r.Mode == "External" {
				if u, err := url.Parse(r.Target); err != nil || u.Scheme == "" {
					c.add("%s: %s is not an address: %q", name, r.ID, r.Target)
				}
				continue
			}
			target := path.Join(base, r.Target)
			reached[target] = true
			if c.parts[target] == nil {
				c.add("%s: %s leads to %s, which does not exist", name, r.ID, target)
			}
		}
		for _, m := range relUse.FindAllSubmatch(c.parts[owner], -1) {
			if !ids[string(m[1])] {
				c.add("%s uses the relationship %q, which is not declared", owner, m[1])
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.parts)) {
		if !reached[name] {
			c.add("nothing leads to %s", name)
		}
		if !reached[path.Join(path.Dir(name), "_rels", path.Base(name)+".rels")] && relUse.Match(c.parts[name]) {
			c.add("%s uses relationships and has none", name)
		}
	}
}

func all(data []byte, pattern string) []string {
	var out []string
	for _, m := range regexp.MustCompile(pattern).FindAllSubmatch(data, -1) {
		out = append(out, string(m[1]))
	}
	return out
}

func (c *checker) references() {
	body, notes := c.parts["word/document.xml"], c.parts["word/footnotes.xml"]
	marks := all(body, `<w:footnoteReference w:id="(\d+)"/>`)
	texts := all(notes, `<w:footnote w:id="(\d+)">`)
	if !slices.Equal(marks, texts) {
		c.add("footnote marks %v, footnotes %v", marks, texts)
	}
	c.unique("bookmark id", all(body, `<w:bookmarkStart w:id="(\d+)"`))
	c.unique("bookmark", all(body, `<w:bookmarkStart w:id="\d+" w:name="([^"]*)"`))
	c.unique("figure id", all(body, `<wp:docPr id="(\d+)"`))
	styles := all(c.parts["word/styles.xml"], `w:styleId="([^"]*)"`)
	c.unique("style", styles)
	nums := all(c.parts["word/numbering.xml"], `<w:num w:numId="(\d+)"`)
	for _, part := range []string{"word/document.xml", "word/footnotes.xml", "word/footer1.xml", "word/styles.xml"} {
		c.known(part, "style", all(c.parts[part], `<w:(?:pStyle|rStyle|tblStyle|basedOn|next) w:val="([^"]*)"/>`), styles)
		c.known(part, "numbering", all(c.parts[part], `<w:numId w:val="([^"]*)"/>`), nums)
	}
}

func (c *checker) unique(what string, list []string) {
	seen := map[string]bool{}
	for _, x := range list {
		if seen[x] {
			c.add("%s %q occurs twice", what, x)
		}
		seen[x] = true
	}
}

func (c *checker) known(part, what string, used, have []string) {
	for _, x := range used {
		if !slices.Contains(have, x) {
			c.add("%s: %s %q does not exist", part, what, x)
		}
	}
}

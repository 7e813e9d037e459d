package extract

import (
	"fmt"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
)

// readMarkdown reads CommonMark with tables and footnotes. Marks of emphasis and
// the addresses of links are left out, and so are pictures; struck-out text
// keeps its tildes, so that a reader sees that it is struck out.
func readMarkdown(b *builder, data []byte, _ Options) error {
	s, err := decode(b, data, "")
	if err != nil {
		return err
	}
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	s = frontMatter(b, s)
	if err := guardMarkdown(s); err != nil {
		return err
	}
	src := []byte(s)
	parsed := make(chan ast.Node, 1)
	// The parser cannot be stopped. guardMarkdown bounds what it can take, and
	// the caller need not wait for the rest.
	go func() {
		md := goldmark.New(goldmark.WithExtensions(extension.Table, extension.Footnote))
		parsed <- md.Parser().Parse(text.NewReader(src))
	}()
	select {
	case <-b.ctx.Done():
		return b.ctx.Err()
	case root := <-parsed:
		m := &markdown{b: b, src: src}
		if err := m.children(root); err != nil {
			return err
		}
		return b.addAll(m.notes)
	}
}

// frontMatter takes the block of settings off the head of a file and reads the
// title and the language from it.
func frontMatter(b *builder, s string) string {
	rest, ok := strings.CutPrefix(s, "---\n")
	if !ok {
		return s
	}
	head, body, ok := strings.Cut(rest, "\n---\n")
	if !ok || strings.Contains(head, "\n\n") || !strings.Contains(head, ":") {
		return s
	}
	for l := range strings.SplitSeq(head, "\n") {
		key, value, _ := strings.Cut(l, ":")
		value = strings.Trim(strings.TrimSpace(value), `"'`)
		switch strings.ToLower(key) {
		case "title":
			b.text.Title = value
		case "lang", "language":
			b.text.Lang = value
		}
	}
	return body
}

// Bounds of what the parser takes quadratic time or deep recursion for.
const (
	maxMarkdown   = 4 << 20 // bytes
	maxMarks      = 1_000   // marks of emphasis and links in one paragraph
	maxReferences = 5_000   // definitions and footnotes in a file
	maxQuoting    = 50      // quotations and lists inside one another
)

func guardMarkdown(s string) error {
	hint := "upload it as plain text, with a name that ends in .txt"
	if len(s) > maxMarkdown {
		return invalid(fmt.Sprintf("the Markdown has %d bytes, more than the limit of %d", len(s), maxMarkdown), hint)
	}
	marks, references := 0, strings.Count(s, "[^")
	for l := range strings.SplitSeq(s, "\n") {
		if strings.TrimSpace(l) == "" {
			marks = 0
		}
		if strings.HasPrefix(strings.TrimLeft(l, " \t>"), "[") {
			references++
		}
		depth := 0
		for i := range len(l) {
			switch c := l[i]; {
			case strings.IndexByte(">-+*.)", c) >= 0:
				depth++
				continue
			case c == ' ' || c == '\t' || c >= '0' && c <= '9':
				continue
			}
			break
		}
		if depth > maxQuoting && strings.Trim(l, "-*_. \t") != "" && strings.TrimLeft(l, ">-+*.) \t0123456789") != "" {
			return invalid(fmt.Sprintf("the Markdown nests quotations and lists deeper than %d", maxQuoting), hint)
		}
		for i := range len(l) {
			if strings.IndexByte("[]*_`<!", l[i]) >= 0 {
				marks++
			}
		}
		if marks > maxMarks || references > maxReferences {
			return invalid("the Markdown holds too many marks of emphasis, links or notes", hint)
		}
	}
	return nil
}

type markdown struct {
	b     *builder
	src   []byte
	label string  // of the item that has begun
	notes []draft // footnotes
	mark  string  // of the footnote that is being read
}

func (m *markdown) children(n ast.Node) error {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if err := m.block(c); err != nil {
			return err
		}
	}
	return nil
}

func (m *markdown) block(n ast.Node) error {
	switch n := n.(type) {
	case *ast.Heading:
		return m.add(draft{text: m.inline(n), heading: true})
	case *ast.Paragraph, *ast.TextBlock:
		return m.add(draft{text: m.inline(n)})
	case *ast.CodeBlock:
		return m.verbatim(n.Lines())
	case *ast.FencedCodeBlock:
		return m.verbatim(n.Lines())
	case *ast.HTMLBlock:
		return m.html(n)
	case *ast.List:
		return m.list(n)
	case *extast.Table:
		return m.table(n)
	case *extast.Footnote:
		m.mark = fmt.Sprint(n.Index)
		m.label = "[" + m.mark + "]"
		err := m.children(n)
		m.mark, m.label = "", ""
		return err
	case *ast.ThematicBreak:
		return nil
	}
	return m.children(n)
}

// add appends a paragraph, or keeps it for the end when it is a note.
func (m *markdown) add(d draft) error {
	if m.label != "" {
		d.text = m.label + " " + d.text
		if m.mark == "" {
			d.label = strings.Trim(m.label, "•")
		}
		m.label = ""
	}
	if m.mark != "" {
		d.mark = m.mark
		m.notes = append(m.notes, d)
		return nil
	}
	return m.b.add(d)
}

func (m *markdown) list(l *ast.List) error {
	n := l.Start
	for item := l.FirstChild(); item != nil; item = item.NextSibling() {
		if m.mark == "" || m.label == "" {
			m.label = "•"
			if l.IsOrdered() {
				m.label = fmt.Sprintf("%d%c", n, l.Marker)
			}
		}
		n++
		if err := m.children(item); err != nil {
			return err
		}
		m.label = ""
	}
	return nil
}

func (m *markdown) table(t *extast.Table) error {
	for r := t.FirstChild(); r != nil; r = r.NextSibling() {
		row := tableRow{}
		for c := r.FirstChild(); c != nil; c = c.NextSibling() {
			if text := m.inline(c); strings.TrimSpace(text) != "" {
				row.cells = append(row.cells, []draft{{text: text}})
			}
		}
		for _, d := range row.drafts() {
			if err := m.add(d); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *markdown) verbatim(lines *text.Segments) error {
	var s strings.Builder
	for i := range lines.Len() {
		seg := lines.At(i)
		s.Write(seg.Value(m.src))
	}
	for _, part := range emptyLine.Split(s.String(), -1) {
		if err := m.add(draft{text: part}); err != nil {
			return err
		}
	}
	return nil
}

// html reads a block of HTML by the rules of web pages.
func (m *markdown) html(n *ast.HTMLBlock) error {
	var s strings.Builder
	for i := range n.Lines().Len() {
		seg := n.Lines().At(i)
		s.Write(seg.Value(m.src))
	}
	if n.HasClosure() {
		s.Write(n.ClosureLine.Value(m.src))
	}
	w := &page{b: m.b, count: map[string]int{}}
	if err := w.read(s.String()); err != nil {
		return err
	}
	for _, d := range w.out {
		if err := m.add(d); err != nil {
			return err
		}
	}
	return nil
}

package workbench

import (
	"context"
	"encoding/json"
	"sync"
	"unicode/utf8"

	"entente"
	"entente/internal/anchor"
	"entente/internal/extract"
)

// A text is kept as two files: its plain words, whose hash is what quotations
// name as their document, and its layout, which says where paragraphs and pages
// begin. Both stay when the text is corrected: an old quotation can always be
// looked up in the text that it counts in.

// layout is what a text has beside its words.
type layout struct {
	Media      string         `json:"media"`
	Title      string         `json:"title,omitempty"`
	Lang       string         `json:"lang,omitempty"`
	Original   string         `json:"original"`
	Pages      int            `json:"pages,omitempty"`
	Turns      []extract.Turn `json:"turns,omitempty"`
	Notes      []string       `json:"notes,omitempty"`
	Paragraphs []span         `json:"paragraphs"`
}

// span is a paragraph without its words.
type span struct {
	Start   int    `json:"s"`
	End     int    `json:"e"`
	Page    int    `json:"p,omitempty"`
	Label   string `json:"l,omitempty"`
	Mark    string `json:"m,omitempty"`
	Heading bool   `json:"h,omitempty"`
}

// The media types of the two files.
const (
	mediaPlain  = "text/plain; charset=utf-8"
	mediaLayout = "application/json"
)

// putText keeps a text and returns the hashes of its two files.
func (b *Bench) putText(ctx context.Context, t *extract.Text) (plain, form string, err error) {
	l := layout{Media: t.Media, Title: t.Title, Lang: t.Lang, Original: t.Original, Pages: t.Pages, Turns: t.Turns, Notes: t.Notes}
	for _, p := range t.Paragraphs {
		l.Paragraphs = append(l.Paragraphs, span{p.Start, p.End, p.Page, p.Label, p.Mark, p.Heading})
	}
	raw, err := json.Marshal(l)
	if err != nil {
		return "", "", err
	}
	if plain, err = b.Store.PutBlob(ctx, mediaPlain, []byte(t.Plain)); err != nil {
		return "", "", err
	}
	form, err = b.Store.PutBlob(ctx, mediaLayout, raw)
	return plain, form, err
}

// loaded is a text in memory, with what finds quotations in it.
type loaded struct {
	*extract.Text
	anchors func() *anchor.Text
}

func load(t *extract.Text) *loaded {
	return &loaded{t, sync.OnceValue(func() *anchor.Text { return anchor.New(t.Plain) })}
}

// readText puts a text together again.
func (b *Bench) readText(ctx context.Context, plain, form string) (*loaded, error) {
	name := plain + form // a correction that keeps all lengths keeps the layout
	if t := b.texts.get(name); t != nil {
		return t, nil
	}
	words, _, err := b.Store.Blob(ctx, plain)
	if err != nil {
		return nil, err
	}
	raw, _, err := b.Store.Blob(ctx, form)
	if err != nil {
		return nil, err
	}
	broken := func(err error) error {
		return &entente.Error{Kind: entente.Internal, Op: "read text", Place: plain, Msg: "the stored text and its paragraphs do not fit", Hint: "upload the document again", Err: err}
	}
	var l layout
	if err := json.Unmarshal(raw, &l); err != nil {
		return nil, broken(err)
	}
	t := &extract.Text{
		Media: l.Media, Title: l.Title, Lang: l.Lang, Plain: string(words), Hash: plain, Original: l.Original,
		Pages: l.Pages, Turns: l.Turns, Notes: l.Notes, Paragraphs: make([]extract.Paragraph, len(l.Paragraphs)),
	}
	at, runes := 0, 0 // the same place in bytes and in runes
	step := func(to int) bool {
		for ; runes < to && at < len(t.Plain); runes++ {
			_, n := utf8.DecodeRuneInString(t.Plain[at:])
			at += n
		}
		return runes == to
	}
	for i, s := range l.Paragraphs {
		if !step(s.Start) {
			return nil, broken(nil)
		}
		from := at
		if !step(s.End) {
			return nil, broken(nil)
		}
		t.Paragraphs[i] = extract.Paragraph{Number: i + 1, Start: s.Start, End: s.End, Page: s.Page, Label: s.Label, Mark: s.Mark, Heading: s.Heading, Text: t.Plain[from:at]}
	}
	out := load(t)
	b.texts.put(name, out)
	return out, nil
}

// The bounds of the texts that are kept in memory.
const (
	cachedTexts = 64
	cachedBytes = 64 << 20
)

// textCache keeps the texts that were read last.
type textCache struct {
	mu    sync.Mutex
	by    map[string]*loaded
	order []string // the one read last at the end
	bytes int
}

func (c *textCache) get(name string) *loaded {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.by[name]
	if t != nil {
		c.touch(name)
	}
	return t
}

func (c *textCache) touch(name string) {
	for i, f := range c.order {
		if f == name {
			c.order = append(append(c.order[:i:i], c.order[i+1:]...), name)
			return
		}
	}
	c.order = append(c.order, name)
}

func (c *textCache) put(name string, t *loaded) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.by == nil {
		c.by = map[string]*loaded{}
	}
	if c.by[name] != nil || len(t.Plain) > cachedBytes {
		return
	}
	c.by[name] = t
	c.touch(name)
	c.bytes += len(t.Plain)
	for len(c.order) > cachedTexts || c.bytes > cachedBytes {
		oldest := c.order[0]
		c.bytes -= len(c.by[oldest].Plain)
		delete(c.by, oldest)
		c.order = c.order[1:]
	}
}

package workbench

import (
	"context"
	"slices"
	"strings"
	"time"

	"entente"
	"entente/internal/extract"
	"entente/internal/store"
)

// Document is a text in the workbench: a copy of a source that can be coded. A
// source may have several, for example in two languages.
type Document struct {
	ID     string             `json:"id"`
	Source entente.SourceID   `json:"source"`
	Name   string             `json:"name"`  // of the file, or "pasted text"
	Title  string             `json:"title"` // as the file says, else of the source
	Media  string             `json:"media"` // one of the Media constants of package extract
	Lang   string             `json:"lang,omitempty"`
	Status entente.TextStatus `json:"status,omitempty"`

	Original string `json:"original"` // SHA-256 of the file, which is kept
	Hash     string `json:"hash"`     // SHA-256 of the plain text: what quotations name as document
	Layout   string `json:"layout"`   // SHA-256 of the layout of the text
	// Past are the hashes that the text had before it was corrected, the latest
	// last.
	Past []string `json:"past,omitempty"`

	Paragraphs int      `json:"paragraphs"`
	Pages      int      `json:"pages,omitempty"` // 0 when the format has none
	Notes      []string `json:"notes,omitempty"` // what a reader should know of the text
	// Added is when and by whom.
	Added   time.Time `json:"added"`
	AddedBy string    `json:"added_by"`

	Version int `json:"-"`
}

// Has tells whether a quotation counts in this document, or in it as it was
// before a correction.
func (d *Document) Has(hash string) bool { return hash == d.Hash || slices.Contains(d.Past, hash) }

// kindPrint are the fingerprints of documents, apart so that a list of documents
// does not carry them.
const kindPrint = "prints"

// print is what duplicates are found by.
type print struct {
	Document string         `json:"document"`
	Original string         `json:"original"`
	Hash     string         `json:"hash"`
	Sketch   extract.Sketch `json:"sketch"`
}

// Upload is a file, or a pasted text, with what is known of it.
type Upload struct {
	Name string // of the file; "" for a pasted text
	Data []byte
	// Media is one of the Media constants of package extract; "" detects it.
	Media string
	// Source is a source that is there. NewSource is one that is not: it is added
	// as a draft; without an id it gets one. One of the two is given.
	Source    entente.SourceID
	NewSource *entente.Source
	// Lang is the language of the copy (BCP 47); "" is the source's, else what
	// the file says. Status says whose wording it is; "" is the source's.
	Lang   string
	Status entente.TextStatus
}

// Alike says how two documents are the same.
type Alike string

// The ways.
const (
	SameFile Alike = "same-file"
	SameText Alike = "same-text"
	NearText Alike = "near-text"
)

// NearLeast is the likeness from which texts count as near duplicates: the
// estimated share of their runs of five words that they have in common.
const NearLeast = 0.9

// Duplicate is a document that holds the same text, or nearly.
type Duplicate struct {
	Document *Document
	Alike    Alike
	Likeness float64 // 0 to 1
}

// AddDocument brings in a text. The file and what was read from it are kept; the
// source's row gets the hash of the file when it had none (as a draft). A
// document with the same file or the same text is returned instead and nothing
// is added; then the first duplicate says so. Near duplicates are reported, and
// the document is added.
//
// Errors are those of [extract.Extract], and Invalid for what the upload says of
// the source.
func (b *Bench) AddDocument(ctx context.Context, u User, up Upload) (*Document, []Duplicate, error) {
	const op = "add document"
	if err := u.known(op); err != nil {
		return nil, nil, err
	}
	if err := typedAll(op, MaxShort, map[string]*string{"name": &up.Name, "lang": &up.Lang}); err != nil {
		return nil, nil, err
	}
	src, version, err := b.sourceOf(ctx, op, &up)
	if err != nil {
		return nil, nil, err
	}
	text, err := extract.Extract(ctx, up.Name, up.Data, extract.Options{Media: up.Media})
	if err != nil {
		return nil, nil, err
	}
	mark := print{Original: text.Original, Hash: text.Hash, Sketch: text.Sketch()}
	dups, err := b.duplicates(ctx, &mark)
	if err != nil {
		return nil, nil, err
	}
	if len(dups) > 0 && dups[0].Alike != NearText {
		return dups[0].Document, dups, nil
	}
	doc, err := b.newDocument(ctx, u, &up, src, text)
	if err != nil {
		return nil, nil, err
	}
	changes, err := b.documentChanges(doc, &mark, text)
	if err != nil {
		return nil, nil, err
	}
	if version == nil || src.SHA256 == "" {
		base := 0
		if version != nil {
			base = version.Number
		}
		src.SHA256 = doc.Original
		changes = append(changes, rowChange(*src, base, store.Draft))
	}
	if _, err := b.Store.PutBlob(ctx, text.Media, up.Data); err != nil {
		return nil, nil, err
	}
	if _, err := b.save(ctx, u, "add document "+doc.ID, changes...); err != nil {
		return nil, nil, err
	}
	doc.Version++
	return doc, dups, nil
}

// newDocument makes the record and keeps the text. A document that was dropped
// and comes again goes on from its last version.
func (b *Bench) newDocument(ctx context.Context, u User, up *Upload, src *entente.Source, text *extract.Text) (*Document, error) {
	doc := &Document{
		ID: slug(string(src.ID), 80) + "-" + text.Original[:8], Source: src.ID, Name: up.Name, Title: text.Title, Media: text.Media,
		Lang: up.Lang, Status: up.Status, Original: text.Original, Paragraphs: len(text.Paragraphs), Pages: text.Pages, Notes: text.Notes,
		Added: b.now().UTC().Truncate(time.Second), AddedBy: u.Name,
	}
	fill := func(at *string, with ...string) {
		for _, s := range with {
			if *at == "" {
				*at = s
			}
		}
	}
	fill(&doc.Name, "pasted text")
	fill(&doc.Title, src.Title)
	fill(&doc.Lang, src.Lang, text.Lang)
	if doc.Status == "" {
		doc.Status = src.Status
	}
	if src.SHA256 != "" && src.SHA256 != text.Original {
		doc.Notes = append(doc.Notes, "the source names the hash of another copy")
	}
	var err error
	if doc.Hash, doc.Layout, err = b.putText(ctx, text); err != nil {
		return nil, err
	}
	old, err := b.Store.Get(ctx, store.Key{Kind: KindDocument, ID: doc.ID})
	switch {
	case entente.KindOf(err) == entente.NotFound:
		return doc, nil
	case err != nil:
		return nil, err
	case old.State != store.Retired:
		return nil, fault(entente.Conflict, "add document", doc.ID, "the document is there already", "open it")
	}
	doc.Version = old.Number
	return doc, nil
}

// documentChanges write a document and its fingerprint.
func (b *Bench) documentChanges(doc *Document, mark *print, text *extract.Text) ([]store.Change, error) {
	mark.Document = doc.ID
	facets := store.Facets{Source: string(doc.Source)}
	record, err := change(KindDocument, doc.ID, doc.Version, doc, facets)
	if err != nil {
		return nil, err
	}
	record.Words = text.Plain
	finger, err := change(kindPrint, doc.ID, store.Any, mark, facets)
	return []store.Change{record, finger}, err
}

// duplicates finds documents with the same file, the same text or nearly, the
// most alike first.
func (b *Bench) duplicates(ctx context.Context, mark *print) ([]Duplicate, error) {
	var out []Duplicate
	err := b.each(ctx, store.Query{Kinds: []string{kindPrint}, States: live}, func(v *store.Version) error {
		p, err := decode[print](v)
		if err != nil {
			return err
		}
		d := Duplicate{Likeness: 1}
		switch {
		case p.Original == mark.Original:
			d.Alike = SameFile
		case p.Hash == mark.Hash:
			d.Alike = SameText
		default:
			d.Alike, d.Likeness = NearText, extract.Similar(p.Sketch, mark.Sketch)
			if d.Likeness <= NearLeast {
				return nil
			}
		}
		d.Document, err = b.Document(ctx, p.Document)
		out = append(out, d)
		return err
	})
	rank := map[Alike]int{SameFile: 0, SameText: 1, NearText: 2}
	slices.SortStableFunc(out, func(x, y Duplicate) int {
		if rank[x.Alike] != rank[y.Alike] {
			return rank[x.Alike] - rank[y.Alike]
		}
		switch {
		case x.Likeness > y.Likeness:
			return -1
		case x.Likeness < y.Likeness:
			return 1
		}
		return 0
	})
	return out, err
}

// DocumentFilter chooses documents; empty fields choose all.
type DocumentFilter struct {
	Source entente.SourceID
	Words  string // in the text or in what is known of it; the best match comes first
	After  string // id to go on behind; not with Words
	Limit  int    // 0: as many as one answer of the store holds
}

// Documents lists documents in the order of their ids, or the best match first.
func (b *Bench) Documents(ctx context.Context, _ User, f DocumentFilter) ([]Document, error) {
	ask := store.Query{Kinds: []string{KindDocument}, States: live, Words: f.Words, Limit: f.Limit, Facets: store.Facets{Source: string(f.Source)}}
	if f.After != "" {
		ask.After = store.Key{Kind: KindDocument, ID: f.After}
	}
	list, err := b.Store.List(ctx, ask)
	if err != nil {
		return nil, err
	}
	out := make([]Document, 0, len(list))
	for i := range list {
		doc, err := decode[Document](&list[i])
		if err != nil {
			return nil, err
		}
		doc.Version = list[i].Number
		out = append(out, *doc)
	}
	return out, nil
}

// Document gives one document. Errors: NotFound, also when it was dropped.
func (b *Bench) Document(ctx context.Context, id string) (*Document, error) {
	doc, v, err := get[Document](ctx, b, KindDocument, id)
	if err != nil {
		return nil, err
	}
	if v.State == store.Retired {
		return nil, fault(entente.NotFound, "read document", id, "the document was dropped", "upload it again, or restore it from its history")
	}
	doc.Version = v.Number
	return doc, nil
}

// Text gives the text of a document. Callers must not change it.
func (b *Bench) Text(ctx context.Context, id string) (*extract.Text, error) {
	doc, err := b.Document(ctx, id)
	if err != nil {
		return nil, err
	}
	t, err := b.readText(ctx, doc.Hash, doc.Layout)
	if err != nil {
		return nil, err
	}
	return t.Text, nil
}

// File gives the file that a document was read from, and its media type.
func (b *Bench) File(ctx context.Context, id string) (data []byte, media string, err error) {
	doc, err := b.Document(ctx, id)
	if err != nil {
		return nil, "", err
	}
	data, _, err = b.Store.Blob(ctx, doc.Original)
	return data, doc.Media, err
}

// DropDocument takes a document back. It is refused while codings that are not
// retired rest on its text.
func (b *Bench) DropDocument(ctx context.Context, u User, id string, base int, why string) error {
	const op = "drop document"
	why, err := typed(op, "why", why, MaxShort)
	if err != nil {
		return err
	}
	doc, err := b.Document(ctx, id)
	if err != nil {
		return err
	}
	coded := false
	err = b.each(ctx, store.Query{Kinds: []string{KindQuotation}, States: live, Facets: store.Facets{Source: string(doc.Source)}}, func(v *store.Version) error {
		q, err := fromRow[entente.Quotation](v)
		coded = coded || doc.Has(q.Document)
		return err
	})
	if err != nil {
		return err
	}
	if coded {
		return fault(entente.Conflict, op, id, "passages are coded in it", "drop these codings first")
	}
	doc.Version = base
	changes, err := b.documentChanges(doc, &print{}, &extract.Text{})
	if err != nil {
		return err
	}
	for i := range changes {
		changes[i].State = store.Retired
	}
	_, err = b.save(ctx, u, strings.TrimSpace("drop document: "+why), changes...)
	return err
}

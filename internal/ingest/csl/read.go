package csl

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"entente"
	"entente/internal/cite"
	"entente/internal/ingest"
)

// Settings say how items become sources.
type Settings struct {
	// Kinds gives the kind of source for a type of item, before the table.
	Kinds map[string]string `json:"kinds,omitempty"`
	// OtherKind is the kind of items whose type tells none. Empty reports them.
	OtherKind string `json:"other_kind,omitempty"`
	// AuthorsText makes an item the own text of its authors that are known
	// actors. It decides what counts as primary.
	AuthorsText bool           `json:"authors_text,omitempty"`
	Unknown     ingest.Unknown `json:"unknown,omitempty"` // for actors that an item of Entente's own names
	New         ingest.New     `json:"new,omitzero"`
}

// Check reports every fault; name stands in the places.
func (s Settings) Check(name string) error {
	var faults entente.Errors
	bad := func(kind string) bool {
		return kind != "" && !slices.Contains(entente.SourceKinds, entente.SourceKind(kind))
	}
	var types []string
	for t := range s.Kinds {
		types = append(types, t)
	}
	slices.Sort(types)
	for _, t := range types {
		if bad(s.Kinds[t]) || s.Kinds[t] == "" {
			faults = append(faults, ingest.Fault(name+": kinds", "see the kinds of sources", "%q becomes %q", t, s.Kinds[t]))
		}
	}
	if bad(s.OtherKind) {
		faults = append(faults, ingest.Fault(name+": other_kind", "see the kinds of sources", "%q is not allowed here", s.OtherKind))
	}
	for _, err := range []error{s.Unknown.Check(name + ": unknown"), s.New.Check(name + ": new")} {
		if err != nil {
			faults = append(faults, err)
		}
	}
	return faults.Err()
}

// Read reads a file. Rows are its items, from 1.
func Read(ctx context.Context, name string, data []byte, s Settings, r ingest.Resolver) (*ingest.Proposal, error) {
	if err := s.Check("settings"); err != nil {
		return nil, err
	}
	if err := ingest.CheckSize(name, data); err != nil {
		return nil, err
	}
	list, err := items(name, data)
	if err != nil {
		return nil, err
	}
	p := &ingest.Proposal{}
	rd := &reading{Settings: s, p: p, seen: map[string]int{}, link: ingest.Linker{Resolver: r, Unknown: s.Unknown, New: s.New, Proposal: p}}
	for i, raw := range list {
		if i%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		rd.item(i+1, raw)
	}
	p.Finish()
	return p, nil
}

type reading struct {
	Settings
	p    *ingest.Proposal
	link ingest.Linker
	seen map[string]int // id → item
}

func (rd *reading) item(row int, raw json.RawMessage) {
	at := fmt.Sprintf("item %d", row)
	var it item
	if err := json.Unmarshal(raw, &it); err != nil {
		rd.p.Report(row, at, ingest.Problem, "it is not an item of CSL JSON: "+err.Error())
		return
	}
	if it.ID != "" {
		at += " (" + ingest.Clip(string(it.ID), 80) + ")"
	}
	var cells map[string]string
	var remarks []string
	own := slices.Contains(entente.SourceKinds, entente.SourceKind(it.Custom.Kind))
	if own {
		var why string
		if cells, why = rd.own(raw, row, at); why != "" {
			rd.p.Report(row, at, ingest.Problem, why)
			return
		}
	} else if cells, remarks = rd.foreign(&it); cells["kind"] == "" {
		rd.p.Report(row, at, ingest.Problem, fmt.Sprintf("the type %q tells no kind of source (kinds, other_kind)", it.Type))
		return
	}
	if cells["title"] == "" {
		rd.p.Report(row, at, ingest.Problem, "the item has no title")
		return
	}
	id := cells["id"]
	if first, ok := rd.seen[id]; ok {
		rd.p.Report(row, at, ingest.Skipped, fmt.Sprintf("the same as item %d", first))
		return
	}
	rd.seen[id] = row
	key := ingest.SourceKey{ID: id, Title: cells["title"], URL: cells["url"], Symbol: cells["symbol"], Date: cells["date"]}
	if known, ok := rd.link.Resolver.Source(key); ok && known != id {
		rd.p.Report(row, at, ingest.Skipped, "is in the corpus as "+known)
		return
	}
	rec := ingest.Record{Kind: "sources", Cells: cells}
	if err := rec.Check(); err != nil {
		rd.p.Report(row, at, ingest.Problem, err.Error())
		return
	}
	if long := ingest.Oversize(cells); long != "" {
		rd.p.Report(row, at, ingest.Problem, fmt.Sprintf("%s has more than %d kB", long, ingest.MaxCell>>10))
		return
	}
	rd.p.Add("sources", row, at, cells)
	rd.p.Report(row, at, ingest.Used, strings.Join(remarks, "; "))
}

// own reads an item that Entente wrote.
func (rd *reading) own(raw json.RawMessage, row int, at string) (cells map[string]string, why string) {
	var c cite.CSL
	if err := json.Unmarshal(raw, &c); err != nil {
		return nil, "it is not an item of Entente: " + err.Error()
	}
	s, err := c.Source()
	if err != nil {
		return nil, err.Error()
	}
	var of []string
	for _, a := range s.TextOf {
		id, miss := rd.link.Actor(string(a), row, at)
		if miss != nil {
			return nil, "text_of: " + miss.Why
		}
		of = append(of, id)
	}
	return map[string]string{
		"id": string(s.ID), "title": s.Title, "author": s.Author, "date": s.Date.String(), "symbol": s.Symbol, "url": s.URL, "kind": string(s.Kind),
		"lang": s.Lang, "status": string(s.Status), "text_of": strings.Join(of, ";"), "sha256": s.SHA256, "note": s.Note,
	}, ""
}

// foreign reads an item of another program.
func (rd *reading) foreign(it *item) (cells map[string]string, remarks []string) {
	kind := kindOf(it, rd.Kinds)
	if kind == "" && rd.OtherKind != "" {
		kind = rd.OtherKind
		remarks = append(remarks, fmt.Sprintf("the type %q tells no kind of source: taken as %s", it.Type, kind))
	}
	iso, remark := it.Issued.read()
	if remark != "" {
		remarks = append(remarks, remark)
	}
	url := string(it.URL)
	if url == "" && it.DOI != "" {
		url = "https://doi.org/" + strings.TrimPrefix(strings.TrimPrefix(string(it.DOI), "https://doi.org/"), "doi:")
	}
	if url != "" && !strings.HasPrefix(url, "https://") && !strings.HasPrefix(url, "http://") {
		remarks = append(remarks, fmt.Sprintf("the address %q was left out", ingest.Clip(url, 80)))
		url = ""
	}
	lang := string(it.Language)
	if !language(lang) {
		remarks = append(remarks, fmt.Sprintf("the language %q is not a code and was left out", ingest.Clip(lang, 40)))
		lang = ""
	}
	authors := names(it.Author)
	cells = map[string]string{
		"title": string(it.Title), "author": author(it, kind, authors), "date": iso, "symbol": string(it.Number), "url": url, "kind": kind,
		"lang": lang, "note": string(it.Note),
	}
	if rd.AuthorsText {
		var of []string
		for _, a := range authors {
			if id, ok := rd.link.Resolver.Actor(a); ok && !slices.Contains(of, id) {
				of = append(of, id)
			}
		}
		cells["text_of"] = strings.Join(of, ";")
	}
	// An item keeps its id when its title is corrected, as long as something
	// else names it.
	switch {
	case it.DOI != "":
		cells["id"] = ingest.ID("csl", "doi", strings.ToLower(string(it.DOI)))
	case strings.Contains(string(it.ID), "zotero.org/"):
		cells["id"] = ingest.ID("csl", "zotero", string(it.ID))
	case url != "":
		cells["id"] = ingest.ID("csl", "url", url)
	default:
		cells["id"] = ingest.SlugOf(cells["title"], iso, string(it.Number), strings.Join(authors, ";"))
	}
	return cells, remarks
}

// author writes the author line as package cite takes it apart: authors, then
// for what appears in something else its container.
func author(it *item, kind string, authors []string) string {
	if len(authors) == 0 && it.Authority != "" {
		authors = []string{string(it.Authority)}
	}
	if len(authors) == 0 {
		authors = names(it.Editor)
	}
	line := strings.Join(authors, " and ")
	within := ""
	switch entente.SourceKind(kind) {
	case entente.Scholarship, entente.News, entente.Chapter:
		if within = string(it.Container); within == "" {
			within = string(it.Publisher)
		}
	default:
		if line == "" {
			within = string(it.Publisher)
		}
	}
	if line == "" || within == "" {
		return line + within
	}
	return line + ", " + within
}

// language reports whether a text looks like a code of BCP 47, or is empty.
func language(s string) bool {
	for i, part := range strings.Split(s, "-") {
		if s == "" {
			return true
		}
		if len(part) > 8 || part == "" || i == 0 && (len(part) < 2 || len(part) > 3) {
			return false
		}
		if strings.Trim(strings.ToLower(part), "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
			return false
		}
	}
	return true
}

package client

import (
	"cmp"
	"context"
	"iter"
	"slices"

	"entente"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/taxii"
)

// Key names one version of one object. Version is [stix.Time.Key] of its time,
// empty for an object without versions.
type Key struct {
	ID      stix.ID `json:"id"`
	Version string  `json:"version,omitempty"`
}

// KeyOf gives the key of an object.
func KeyOf(o *stix.Object) Key { return Key{o.ID(), o.VersionTime().Key()} }

func (k Key) compare(o Key) int {
	return cmp.Or(cmp.Compare(k.ID, o.ID), cmp.Compare(k.Version, o.Version))
}

// Entry is a record of a manifest [5.3].
type Entry struct {
	ID      stix.ID
	Added   taxii.Stamp // 0 when it cannot be read
	Version stix.Time   // zero when it cannot be read
}

// Comparison is what a manifest says beside what is kept here.
type Comparison struct {
	Report  Report `json:"report"`
	Entries int    `json:"entries"` // records of the manifest
	Kept    int    `json:"kept"`    // versions kept here
	// Missing are there, at or before the mark, and not here: the reading lost them.
	// Client.Fetch gets them.
	Missing []Key `json:"missing,omitempty"`
	// Ahead counts what was added after the mark: the next reading brings it.
	Ahead int `json:"ahead"`
	// Withdrawn are here, and no version of them is there any more: removed without
	// a word.
	Withdrawn []Key `json:"withdrawn,omitempty"`
	// Superseded are here; there, only other versions of the object are left.
	Superseded []Key `json:"superseded,omitempty"`
}

// Manifest walks the manifest of a collection under a query. The function gets
// each page of records, some perhaps twice; an error of it ends the walk.
func (c *Client) Manifest(ctx context.Context, collection string, q Query, f func([]Entry) error) (Report, error) {
	r := Report{Collection: collection}
	w, err := c.walk(ctx, &tally{}, collection, q, "manifest")
	if err == nil {
		err = w.all(ctx, func(s *sheet) error {
			r.Pages++
			r.Objects += len(s.entries)
			for range s.refused {
				w.t.defect(FewRecords)
				r.Refused++
			}
			return f(s.entries)
		})
		w.report(&r)
	}
	r.At, r.Done = c.o.Now().UTC(), err == nil
	return r, err
}

// CompareOptions say what a manifest is held against.
type CompareOptions struct {
	// Query is the one that the reading used; its versions are taken to be all.
	Query Query
	// Mark is that of the reading's cursor.
	Mark taxii.Stamp
	// Kept walks what is kept here of the collection; it is walked once, before the
	// manifest is asked for.
	Kept iter.Seq[Key]
	// Known is asked afterwards which of the seemingly missing are here by now; nil
	// takes what Kept gave.
	Known func(ctx context.Context, list []Key) ([]bool, error)
}

// Compare holds the manifest of a collection against what is kept of it. Nothing
// is said to be withdrawn that the server, asked by name, still has.
func (c *Client) Compare(ctx context.Context, collection string, o CompareOptions) (*Comparison, error) {
	out := &Comparison{}
	kept := map[Key]bool{} // true: it stands in the manifest
	if o.Kept != nil {
		for k := range o.Kept {
			kept[k] = false
		}
	}
	out.Kept = len(kept)
	q := o.Query
	q.Versions = []string{"all"}
	there := map[Key]taxii.Stamp{}
	mark := func(list []Entry) {
		for _, e := range list {
			k := Key{e.ID, e.Version.Key()}
			if _, ok := kept[k]; !ok {
				k.Version = "" // an object without versions: the server's word for one says nothing
			}
			if _, ok := kept[k]; ok {
				kept[k] = true
			}
		}
	}
	var err error
	out.Report, err = c.Manifest(ctx, collection, q, func(list []Entry) error {
		mark(list)
		for _, e := range list {
			there[Key{e.ID, e.Version.Key()}] = e.Added
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if out.Report.Defects[GoneIsEmpty] > 0 {
		if err := c.noManifest(ctx, collection); err != nil {
			return nil, err
		}
	}
	out.Entries = len(there)
	var missing []Key
	left := map[stix.ID]bool{} // objects of which some version is there
	for k, added := range there {
		left[k.ID] = true
		_, here := kept[k]
		_, plain := kept[Key{ID: k.ID}]
		switch {
		case here || plain:
		case added > o.Mark:
			out.Ahead++
		default:
			missing = append(missing, k)
		}
	}
	slices.SortFunc(missing, Key.compare)
	if out.Missing, err = unknown(ctx, missing, o.Known); err != nil {
		return nil, err
	}
	err = c.gone(ctx, collection, kept, mark, left, out)
	return out, err
}

// noManifest errs when a manifest that was not found is that of a collection that
// holds objects: then the server has no manifests, and nothing follows from it.
func (c *Client) noManifest(ctx context.Context, collection string) error {
	w, err := c.walk(ctx, &tally{}, collection, Query{}, "objects")
	if err != nil {
		return err
	}
	w.limit, w.base = 1, 1
	s, _, err := w.step(ctx)
	if err == nil && s.count > 0 {
		err = &entente.Error{Kind: entente.NotFound, Op: "exchange", Place: w.coll.Redacted(), Msg: "the server gives no manifest of the collection; what is missing or withdrawn cannot be told"}
	}
	return err
}

// unknown leaves out what is known after all.
func unknown(ctx context.Context, list []Key, known func(context.Context, []Key) ([]bool, error)) ([]Key, error) {
	if known == nil || len(list) == 0 {
		return list, nil
	}
	yes, err := known(ctx, list)
	if err != nil {
		return nil, err
	}
	if len(yes) != len(list) {
		return nil, &entente.Error{Kind: entente.Internal, Op: "exchange", Msg: "an answer is missing for some objects"}
	}
	var out []Key
	for i, k := range list {
		if !yes[i] {
			out = append(out, k)
		}
	}
	return out, nil
}

// gone finds what is kept and stands in the manifest no more. Each is asked for
// by name before it is believed: a walk may miss what a bad server moves about.
func (c *Client) gone(ctx context.Context, collection string, kept map[Key]bool, mark func([]Entry), left map[stix.ID]bool, out *Comparison) error {
	var ids []stix.ID
	for k, seen := range kept {
		if !seen {
			ids = append(ids, k.ID)
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	for part := range slices.Chunk(ids, batch) {
		r, err := c.Manifest(ctx, collection, Query{IDs: part, Versions: []string{"all"}}, func(list []Entry) error {
			mark(list)
			for _, e := range list {
				left[e.ID] = true
			}
			return nil
		})
		if err != nil {
			return err
		}
		out.Report.Requests += r.Requests
	}
	for k, seen := range kept {
		switch {
		case seen:
		case left[k.ID]:
			out.Superseded = append(out.Superseded, k)
		default:
			out.Withdrawn = append(out.Withdrawn, k)
		}
	}
	slices.SortFunc(out.Superseded, Key.compare)
	slices.SortFunc(out.Withdrawn, Key.compare)
	return nil
}

package workbench

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"entente"
	"entente/internal/store"
)

// sourceOf finds or makes the source of an upload; the version is nil for a new
// one.
func (b *Bench) sourceOf(ctx context.Context, op string, up *Upload) (*entente.Source, *store.Version, error) {
	if err := checkCopy(op, up.Lang, up.Status); err != nil {
		return nil, nil, err
	}
	switch {
	case (up.Source == "") == (up.NewSource == nil):
		return nil, nil, fault(entente.Invalid, op, "source", "it is not said which source the text is a copy of", "choose one, or describe a new one, not both")
	case up.NewSource != nil:
		src := *up.NewSource
		if src.Lang == "" {
			src.Lang = up.Lang
		}
		if src.Status == "" {
			src.Status = up.Status
		}
		return &src, nil, b.newSource(ctx, op, &src)
	}
	if err := b.there(ctx, op, KindSource, string(up.Source)); err != nil {
		return nil, nil, err
	}
	src, v, err := row[entente.Source](ctx, b, string(up.Source))
	if err != nil {
		return nil, nil, err
	}
	return &src, v, nil
}

// newSource checks a source that is to be added and gives it an id.
func (b *Bench) newSource(ctx context.Context, op string, src *entente.Source) error {
	id := string(src.ID)
	err := typedAll(op, MaxLong, map[string]*string{
		"id": &id, "title": &src.Title, "author": &src.Author, "symbol": &src.Symbol, "url": &src.URL, "lang": &src.Lang, "note": &src.Note,
	})
	if err != nil {
		return err
	}
	src.ID, src.SHA256 = entente.SourceID(id), ""
	if err := checkCopy(op, src.Lang, src.Status); err != nil {
		return err
	}
	for _, a := range src.TextOf {
		if err := b.there(ctx, op, KindActor, string(a)); err != nil {
			return err
		}
	}
	if src.ID == "" {
		if id, err = b.newID(slug(src.Title, 40), src.Date.String()); err != nil {
			return err
		}
		src.ID = entente.SourceID(id)
	}
	if err := rowOf(*src).Check(); err != nil {
		return err
	}
	_, err = b.Store.Get(ctx, store.Key{Kind: KindSource, ID: string(src.ID)})
	switch {
	case err == nil:
		return fault(entente.Conflict, op, string(src.ID), "a source with this id is there already", "choose it, or take another id")
	case entente.KindOf(err) == entente.NotFound:
		return nil
	}
	return err
}

// languageTag is the part of BCP 47 that is used: a language with subtags.
var languageTag = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}$`)

// checkCopy checks what is said of a copy.
func checkCopy(op, lang string, status entente.TextStatus) error {
	switch {
	case lang != "" && !languageTag.MatchString(lang):
		return fault(entente.Invalid, op, "lang", fmt.Sprintf("%q is not a language tag", lang), "write en, et, ja, zh-Hans …")
	case status != "" && !slices.Contains(entente.TextStatuses, status):
		words := make([]string, len(entente.TextStatuses))
		for i, s := range entente.TextStatuses {
			words[i] = string(s)
		}
		return fault(entente.Invalid, op, "status", fmt.Sprintf("%q is not a status of a text", status), "expected one of "+strings.Join(words, ", "))
	}
	return nil
}

// SaveSource changes what is known of a source: as a draft beside the published
// version. base is the version that the user saw, 0 for a new source. Errors:
// Invalid; Conflict when somebody changed it meanwhile.
func (b *Bench) SaveSource(ctx context.Context, u User, src entente.Source, base int) (*store.Version, error) {
	const op = "save source"
	if base == 0 {
		if err := b.newSource(ctx, op, &src); err != nil {
			return nil, err
		}
	} else {
		old, v, err := row[entente.Source](ctx, b, string(src.ID))
		if err != nil {
			return nil, err
		}
		if v.State == store.Retired {
			return nil, fault(entente.Conflict, op, string(src.ID), "the source was retired", "restore it first")
		}
		err = typedAll(op, MaxLong, map[string]*string{
			"title": &src.Title, "author": &src.Author, "symbol": &src.Symbol, "url": &src.URL, "lang": &src.Lang, "note": &src.Note,
		})
		if err != nil {
			return nil, err
		}
		if err := checkCopy(op, src.Lang, src.Status); err != nil {
			return nil, err
		}
		for _, a := range src.TextOf {
			if err := b.there(ctx, op, KindActor, string(a)); err != nil {
				return nil, err
			}
		}
		src.SHA256 = old.SHA256 // it comes from the copy that is kept
		if err := rowOf(src).Check(); err != nil {
			return nil, err
		}
	}
	if _, err := b.save(ctx, u, "source "+string(src.ID), rowChange(src, base, store.Draft)); err != nil {
		return nil, err
	}
	return b.Store.Get(ctx, rowKey(src))
}

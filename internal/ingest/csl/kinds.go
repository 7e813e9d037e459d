package csl

import (
	"strings"

	"entente"
)

// kinds gives the kind of source for the types of CSL 1.0.2 that tell one.
var kinds = map[string]entente.SourceKind{
	"article-journal": entente.Scholarship, "article": entente.Scholarship, "book": entente.Scholarship, "paper-conference": entente.Scholarship,
	"thesis": entente.Scholarship, "review": entente.Scholarship, "review-book": entente.Scholarship, "periodical": entente.Scholarship,
	"chapter":           entente.Chapter,
	"article-newspaper": entente.News, "article-magazine": entente.News, "broadcast": entente.News, "interview": entente.News,
	"report": entente.Report, "pamphlet": entente.Report,
	"webpage": entente.Webpage, "post": entente.Webpage, "post-weblog": entente.Webpage,
	"speech":             entente.StatementText,
	"treaty":             entente.TreatyText,
	"dataset":            entente.Dataset,
	"entry-encyclopedia": entente.Reference, "entry-dictionary": entente.Reference, "entry": entente.Reference,
}

// genres gives the kind of source for words in "genre", which say more than the
// type does.
var genres = map[string]entente.SourceKind{
	"strategy": entente.StrategyText, "national strategy": entente.StrategyText, "statement": entente.StatementText, "position paper": entente.PositionPaper,
	"national position": entente.PositionPaper, "submission": entente.Submission, "resolution": entente.ResolutionText, "treaty": entente.TreatyText,
	"status of a treaty": entente.TreatyStatus, "press release": entente.PressRelease, "lecture": entente.Lecture, "reference work": entente.Reference,
	"index": entente.Index,
}

// kindOf finds the kind of an item; empty when nothing tells it.
func kindOf(it *item, own map[string]string) string {
	if k, ok := own[string(it.Type)]; ok {
		return k
	}
	if k, ok := genres[strings.ToLower(string(it.Genre))]; ok {
		return string(k)
	}
	if strings.Contains(strings.ToUpper(string(it.Number)), "/RES/") {
		return string(entente.ResolutionText)
	}
	return string(kinds[string(it.Type)])
}

package workbench

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"sync"

	"entente"
	"entente/analysis/candidates"
	"entente/internal/store"
)

// Candidates are what the paragraphs of a document may speak to. They propose;
// nothing is ever coded by them.
type Candidates struct {
	// Paragraphs has the candidates of each paragraph, in the order of the text.
	Paragraphs [][]candidates.Candidate
	HitRate    HitRate
}

// HitRate tells how good the suggestions are, measured on what is published with
// whole sources held out.
type HitRate struct {
	Report *candidates.Report // nil when it could not be measured
	Why    string             // then why not
	// Learned are the coded passages that were learned from, Own those of them
	// that only the user sees.
	Learned, Own int
}

const (
	shownCandidates = 5     // of a paragraph
	mostExamples    = 20000 // coded passages that are learned from
	mostJudged      = 3000  // coded passages that the hit rate is measured on
	ratingFolds     = 10
	ratingSeed      = 1
	cachedModels    = 8
	cachedRankings  = 16
)

// modelCache keeps what was learned. A model is known by the published state and
// by the user's own drafts; the hit rate by the published state alone.
type modelCache struct {
	mu       sync.Mutex
	public   int64 // the published state that shared, rate and definitions are of
	shared   []candidates.Example
	rate     *HitRate
	models   []namedModel
	rankings []namedRanking
}

type namedModel struct {
	name  string
	model *candidates.Model
	own   int
}

type namedRanking struct {
	name string
	list [][]candidates.Candidate
}

// Candidates ranks propositions for every paragraph of a document. The model is
// learned from what is published and from the user's own drafts, never from
// other people's; so a blind task stays blind. It is kept until one of them
// changes.
func (b *Bench) Candidates(ctx context.Context, u User, docID string) (*Candidates, error) {
	doc, err := b.Document(ctx, docID)
	if err != nil {
		return nil, err
	}
	text, err := b.readText(ctx, doc.Hash, doc.Layout)
	if err != nil {
		return nil, err
	}
	c := &b.models
	m, rate, err := b.learned(ctx, u)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	out := &Candidates{HitRate: rate}
	name := m.name + " " + doc.Hash
	for i := range c.rankings {
		if c.rankings[i].name == name {
			out.Paragraphs = c.rankings[i].list
			return out, nil
		}
	}
	out.Paragraphs = make([][]candidates.Candidate, len(text.Paragraphs))
	for i := range text.Paragraphs {
		if i%64 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if p := &text.Paragraphs[i]; !p.Heading {
			out.Paragraphs[i] = m.model.Rank(p.Text, shownCandidates)
		}
	}
	c.rankings = append(c.rankings[max(0, len(c.rankings)-cachedRankings+1):], namedRanking{name, out.Paragraphs})
	return out, nil
}

// CandidatesAt is [Bench.Candidates] for one paragraph, by its number; the others
// are not ranked, so that it answers at once in a long text too. Paragraphs has
// one entry.
func (b *Bench) CandidatesAt(ctx context.Context, u User, docID string, paragraph int) (*Candidates, error) {
	doc, err := b.Document(ctx, docID)
	if err != nil {
		return nil, err
	}
	text, err := b.readText(ctx, doc.Hash, doc.Layout)
	if err != nil {
		return nil, err
	}
	if paragraph < 1 || paragraph > len(text.Paragraphs) {
		return nil, fault(entente.NotFound, "suggest", docID, fmt.Sprintf("the text has no paragraph %d", paragraph), "load the text again")
	}
	m, rate, err := b.learned(ctx, u)
	if err != nil {
		return nil, err
	}
	out := &Candidates{HitRate: rate, Paragraphs: make([][]candidates.Candidate, 1)}
	if p := &text.Paragraphs[paragraph-1]; !p.Heading {
		out.Paragraphs[0] = m.model.Rank(p.Text, shownCandidates)
	}
	return out, nil
}

// learned gives the model of what is published and of the user's own drafts, with
// its hit rate.
func (b *Bench) learned(ctx context.Context, u User) (*namedModel, HitRate, error) {
	own, err := b.ownExamples(ctx, u)
	if err != nil {
		return nil, HitRate{}, err
	}
	corpus, mark, err := b.Store.Corpus(ctx)
	if err != nil {
		return nil, HitRate{}, err
	}
	c := &b.models
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.rate == nil || c.public != mark.Public {
		c.public, c.models, c.rankings = mark.Public, nil, nil
		c.shared = examplesOf(corpus)
		c.rate = rateOf(c.shared, definitionsOf(corpus))
	}
	m, err := c.model(own, corpus)
	if err != nil {
		return nil, HitRate{}, err
	}
	rate := *c.rate
	rate.Learned, rate.Own = len(c.shared)+m.own, m.own
	found := *m
	return &found, rate, nil
}

// model finds or learns the model of the shared examples and one's own.
func (c *modelCache) model(own []candidates.Example, corpus *entente.Corpus) (*namedModel, error) {
	name := fmt.Sprintf("%d %s", c.public, nameOf(own))
	for i := range c.models {
		if c.models[i].name == name {
			return &c.models[i], nil
		}
	}
	m, err := candidates.Train(append(slices.Clone(c.shared), own...), definitionsOf(corpus))
	if err != nil {
		return nil, err
	}
	c.models = append(c.models[max(0, len(c.models)-cachedModels+1):], namedModel{name, m, len(own)})
	return &c.models[len(c.models)-1], nil
}

// nameOf tells sets of examples apart.
func nameOf(list []candidates.Example) string {
	h := fnv.New128a()
	for _, e := range list {
		for _, s := range []string{e.Source, e.Proposition, e.Text} {
			_, _ = fmt.Fprintf(h, "%d %s", len(s), s) // a hash takes everything
		}
	}
	return fmt.Sprintf("%d %x", len(list), h.Sum(nil))
}

// fewSources is how many sources are read whole for the passages of one's own
// drafts; of more, each draft's passages are read on their own.
const fewSources = 16

// ownExamples are the user's own codings that are not published.
func (b *Bench) ownExamples(ctx context.Context, u User) ([]candidates.Example, error) {
	if u.Name == "" {
		return nil, nil
	}
	var list []entente.Statement
	sources := map[string]bool{}
	err := b.each(ctx, store.Query{Kinds: []string{KindStatement}, States: []store.State{store.Draft, store.InReview}, Facets: store.Facets{Coder: u.Name}}, func(v *store.Version) error {
		if len(list) >= mostExamples/4 {
			return nil
		}
		st, err := fromRow[entente.Statement](v)
		if err != nil || st.Proposition == "" || st.Source == "" {
			return err
		}
		list = append(list, st)
		sources[string(st.Source)] = true
		return nil
	})
	if err != nil {
		return nil, err
	}
	said := map[string][]string{}
	if len(sources) <= fewSources {
		for _, src := range sortedKeys(sources) {
			if err := b.saidIn(ctx, src, said); err != nil {
				return nil, err
			}
		}
	}
	var out []candidates.Example
	for i := range list {
		st := &list[i]
		if len(sources) > fewSources {
			quotes, err := b.livePassages(ctx, st.ID)
			if err != nil {
				return nil, err
			}
			for k := range quotes {
				said[st.ID] = append(said[st.ID], quotes[k].quotation.Exact)
			}
		}
		out = appendExamples(out, st, said[st.ID])
	}
	return out, nil
}

// saidIn gathers the passages of a source by their statement, without those that
// an edit has given up.
func (b *Bench) saidIn(ctx context.Context, src string, said map[string][]string) error {
	gone := map[string]bool{}
	return b.each(ctx, store.Query{Kinds: []string{kindMove, KindQuotation}, States: live, Facets: store.Facets{Source: src}}, func(v *store.Version) error {
		if v.Kind == kindMove { // they come first
			gone[v.ID] = true
			return nil
		}
		q, err := fromRow[entente.Quotation](v)
		if err == nil && !gone[v.ID] {
			said[q.Statement] = append(said[q.Statement], q.Exact)
		}
		return err
	})
}

// appendExamples teaches what a statement was read from: its passages, else what
// its note and conditions say of it.
func appendExamples(out []candidates.Example, st *entente.Statement, passages []string) []candidates.Example {
	if len(passages) == 0 {
		if text := strings.TrimSpace(st.Note + " " + st.Conditions); text != "" {
			passages = []string{text}
		}
	}
	for _, p := range passages {
		out = append(out, candidates.Example{Text: p, Proposition: string(st.Proposition), Source: string(st.Source)})
	}
	return out
}

// examplesOf are the coded passages of a corpus, and as such that speak to
// nothing the notes of readings for acts. Of too many the latest are taken.
func examplesOf(c *entente.Corpus) []candidates.Example {
	order := make([]*entente.Statement, len(c.Statements))
	for i := range c.Statements {
		order[i] = &c.Statements[i]
	}
	if len(order) > mostExamples {
		slices.SortStableFunc(order, func(a, b *entente.Statement) int { return b.Date.Compare(a.Date) })
		order = order[:mostExamples]
	}
	var out []candidates.Example
	for _, st := range order {
		var passages []string
		for _, q := range c.Quotations(st.ID) {
			passages = append(passages, q.Exact)
		}
		out = appendExamples(out, st, passages)
	}
	for i := range c.Coverages {
		if r := &c.Coverages[i]; r.Finding == entente.FoundActs && r.Note != "" && len(out) < 2*mostExamples {
			out = append(out, candidates.Example{Text: r.Note, Source: string(r.Source)})
		}
	}
	return out
}

// definitionsOf are the propositions with their entries in the codebook.
func definitionsOf(c *entente.Corpus) []candidates.Definition {
	var out []candidates.Definition
	for i := range c.Propositions {
		p := &c.Propositions[i]
		text := p.Issue + ". " + p.Statement
		if e := c.Codebook(p.ID); e != nil {
			text += "\n" + e.Definition + "\n" + e.Examples
		}
		out = append(out, candidates.Definition{Proposition: string(p.ID), Text: text})
	}
	return out
}

// rateOf measures the suggestions.
func rateOf(examples []candidates.Example, definitions []candidates.Definition) *HitRate {
	if len(examples) > mostJudged {
		step := len(examples)/mostJudged + 1
		var some []candidates.Example
		for i := 0; i < len(examples); i += step {
			some = append(some, examples[i])
		}
		examples = some
	}
	r, err := candidates.CrossValidate(examples, definitions, ratingFolds, ratingSeed)
	if err != nil {
		return &HitRate{Why: err.Error()}
	}
	return &HitRate{Report: r}
}

package web

import (
	"slices"

	"entente/internal/auth"
	"entente/internal/brief"
	"entente/internal/document"
	"entente/internal/exchange/threats"
	"entente/internal/view"
)

// registry is the one list of pages. A new page is one new file and one entry.
var registry = []page{
	{
		name: "start", action: auth.ReadPublished, pattern: "/{$}", nav: "compare", params: slices.Concat([]string{"proposition"}, basics), build: buildStart,
		screen: startScreen{}, schema: view.PropositionSchema, about: "The comparison form, and the map of one proposition.",
		examples: []string{"/", "/?proposition=law-ihl&as_of=2021-02-19"},
	},
	{
		name: "compare", action: auth.ReadPublished, pattern: "/compare/{actors...}", nav: "compare", params: settings, build: buildCompare, note: compareNote,
		screen: compareScreen{}, schema: view.CompareSchema, about: "Where two or more actors agree, differ and are silent, with all evidence.",
		examples: []string{"/compare/est/jpn?as_of=2021-02-19", "/compare/est/jpn?bloc=off&implied=off&pillar=law&unverified=on", "/compare/eu/chn", "/compare/est/jpn/fra/nzl?issue=sovereignty"},
	},
	{
		name: "compare", action: auth.ReadPublished, pattern: "/compare", nav: "compare", params: slices.Concat([]string{"actor"}, settings), build: buildCompare, note: compareNote,
		screen: compareScreen{}, schema: view.CompareSchema, about: "The form's address: leads to /compare/ACTOR/ACTOR.",
	},
	{
		name: "changes", action: auth.ReadPublished, pattern: "/changes/{actors...}", nav: "compare", params: slices.Concat([]string{"from", "to"}, without1(settings, "as_of")), build: buildChanges,
		screen: changesScreen{}, schema: view.ChangesSchema, about: "What changed for one or more actors between two dates.",
		examples: []string{"/changes/est/jpn?from=2021-02-19&to=2021-12-31"},
	},
	{
		name: "nearest", action: auth.ReadPublished, pattern: "/nearest/{id}", nav: "compare", params: settings, build: buildNearest,
		screen: nearestScreen{}, schema: view.NearestSchema, about: "Who stands near an actor, over all questions and per pillar.",
		examples: []string{"/nearest/est", "/nearest/jpn?pillar=law"},
	},
	{
		name: "bridge", action: auth.ReadPublished, pattern: "/bridge/{a}/{b}", nav: "compare", params: settings, build: buildBridge,
		screen: bridgeScreen{}, schema: view.BridgeSchema, about: "Who agrees with both of two actors where the two differ.",
		examples: []string{"/bridge/usa/chn"},
	},
	{
		name: "bloc", action: auth.ReadPublished, pattern: "/bloc/{actors...}", nav: "compare", params: settings, build: buildBloc, note: blocNote,
		screen: blocScreen{}, schema: view.BlocSchema, about: "Where the members of a bloc stand, and an outsider beside it.",
		examples: []string{"/bloc/asean", "/bloc/eu/chn?pillar=law"},
	},
	{
		name: "suggest", action: auth.ReadPublished, pattern: "/suggest/{actors...}", nav: "compare", params: settings, build: buildSuggest,
		screen: suggestScreen{}, schema: view.SuggestSchema, about: "What these actors could do next, with reasons and evidence.",
		examples: []string{"/suggest/est/jpn?as_of=2021-02-19"},
	},
	{
		name: "propositions", action: auth.ReadPublished, pattern: "/propositions", nav: "propositions", params: settings, build: buildPropositions,
		screen: propositionsScreen{}, schema: view.PropositionsSchema, about: "The propositions, and how many actors are on record on each.",
		examples: []string{"/propositions", "/propositions?pillar=law"},
	},
	{
		name: "proposition", action: auth.ReadPublished, pattern: "/propositions/{id}", nav: "propositions", params: basics, build: buildProposition,
		screen: propositionScreen{}, schema: view.PropositionSchema, about: "Who stands where on one proposition, on a map, in a table and over time.",
		examples: []string{"/propositions/law-ihl", "/propositions/law-sovereignty-rule?as_of=2021-02-19", "/propositions/proc-eu-joint-position"},
	},
	{
		name: "predict", action: auth.ReadPublished, pattern: "/predict/{id}", nav: "propositions", params: basics, build: buildPredict,
		screen: predictScreen{}, schema: view.PredictSchema, about: "What states that are silent on a proposition, or have not voted on a resolution, would probably answer.",
		examples: []string{"/predict/law-due-diligence", "/predict/res-77-36?as_of=2021-12-31"},
	},
	{
		name: "actors", action: auth.ReadPublished, pattern: "/actors", nav: "actors", params: []string{"kind"}, build: buildActors,
		screen: actorsScreen{}, schema: view.ActorsSchema, about: "The actors with what is on record of them.",
		examples: []string{"/actors", "/actors?kind=bloc"},
	},
	{
		name: "actor", action: auth.ReadPublished, pattern: "/actors/{id}", nav: "actors", params: settings, build: buildActor,
		screen: actorScreen{}, schema: view.ActorSchema, about: "One actor: positions, memberships, instruments, votes, activities.",
		examples: []string{"/actors/est", "/actors/eu?pillar=law"},
	},
	{
		name: "threats", action: auth.ReadPublished, pattern: "/actors/{id}/threats", nav: "actors", build: buildThreats, threats: true,
		screen: threatsScreen{}, schema: threats.Schema, about: "Who is reported to attack an actor, by what and with what aim, and in what it is named itself.",
		examples: []string{"/actors/jpn/threats"},
	},
	{
		name: "instruments", action: auth.ReadPublished, pattern: "/instruments", nav: "instruments", params: []string{"kind", "pillar"}, build: buildInstruments,
		screen: instrumentsScreen{}, schema: view.InstrumentsSchema, about: "The instruments: resolutions, treaties, reports, statements, meetings.",
		examples: []string{"/instruments", "/instruments?kind=treaty"},
	},
	{
		name: "instrument", action: auth.ReadPublished, pattern: "/instruments/{id}", nav: "instruments", params: []string{"as_of", "known_at", "unverified"}, build: buildInstrument,
		screen: instrumentScreen{}, schema: view.InstrumentSchema, about: "One instrument: who took which part, the votes, what it implies.",
		examples: []string{"/instruments/budapest-convention", "/instruments/res-73-27"},
	},
	{
		name: "votes", action: auth.ReadPublished, pattern: "/votes", nav: "votes", params: voteSettings, build: buildVotes,
		screen: votesScreen{}, schema: view.VoteListSchema, about: "The recorded votes of the General Assembly that pass the filters, the latest first.",
		examples: []string{"/votes?session=73", "/votes?topic=ict", "/votes?q=nothing-like-it"},
	},
	{
		name: "rollcall", action: auth.ReadPublished, pattern: "/votes/{id}", nav: "votes", build: buildRollCall,
		screen: rollCallScreen{}, schema: view.RollCallSchema, about: "One roll call: every ballot on a map and in lists, and who broke with its bloc.",
		examples: []string{"/votes/6073", "/votes/rc-78-237", "/votes/3"},
	},
	{
		name: "votes-actor", action: auth.ReadPublished, pattern: "/votes/actor/{id}", nav: "votes", params: voteSettings, build: buildVoteActor,
		screen: voteActorScreen{}, schema: view.VoteRecordSchema, about: "One state's votes, by session and by roll call.",
		examples: []string{"/votes/actor/est?session=73", "/votes/actor/yug"},
	},
	{
		name: "votes-pair", action: auth.ReadPublished, pattern: "/votes/pair/{a}/{b}", nav: "votes", params: voteSettings, build: buildVotePair,
		screen: votePairScreen{}, schema: view.VotePairSchema, about: "How far two states vote alike, over all and per session, with intervals.",
		examples: []string{"/votes/pair/est/jpn", "/votes/pair/usa/rus?session=73"},
	},
	{
		name: "scale", action: auth.ReadPublished, pattern: "/scale", nav: "scale", params: scaleSettings, build: buildScale,
		screen: scaleScreen{}, schema: view.ScaleSchema, about: "Ideal points of states from their votes: over time, or one session, with intervals.",
		examples: []string{"/scale", "/scale?session=73", "/scale?session=40-48&actor=ddr&actor=deu&actor=srb&method=smooth"},
	},
	{
		name: "network", action: auth.ReadPublished, pattern: "/network", nav: "network", params: networkSettings, build: buildNetwork, files: view.NetworkFiles, file: networkFile,
		screen: networkScreen{}, schema: view.NetworkSchema, about: "Who says the same as whom: a discourse network with its camps, and what they mean.",
		examples: []string{
			"/network", "/network?kind=subtract&norm=average&pillar=law&min_shared=3", "/network?from=2019&to=2019&kind=conflict", "/network?data=votes&norm=average",
			"/network?data=acts&as_of=2021-02-19", "/network?mode=two&pillar=norms", "/network?from=1990&to=1991",
		},
	},
	{
		name: "network-edge", action: auth.ReadPublished, pattern: "/network/edge/{a}/{b}", nav: "network", params: networkSettings, build: buildNetworkEdge,
		screen: networkEdgeScreen{}, schema: view.NetworkEdgeSchema, about: "What stands behind one edge of a network: every record with source and date.",
		examples: []string{
			"/network/edge/est/jpn", "/network/edge/est/jpn?kind=conflict&norm=average&pillar=law", "/network/edge/est/law-ihl?mode=two", "/network/edge/rus/usa?data=votes",
			"/network/edge/vut/kir",
		},
	},
	{
		name: "sources", action: auth.ReadPublished, pattern: "/sources", nav: "sources", params: []string{"kind"}, build: buildSources,
		screen: sourcesScreen{}, schema: view.SourcesSchema, about: "The sources with the number of records that cite them.",
		examples: []string{"/sources", "/sources?kind=resolution"},
	},
	{
		name: "source", action: auth.ReadPublished, pattern: "/sources/{id}", nav: "sources", build: buildSource,
		screen: sourceScreen{}, schema: view.SourceSchema, about: "One source and every record that cites it.",
		examples: []string{"/sources/osula-2021"},
	},
	{
		name: "search", action: auth.ReadPublished, pattern: "/search", nav: "search", params: []string{"q"}, build: buildSearch,
		screen: searchScreen{}, schema: "entente.search/1", about: "Records that hold all the words.",
		examples: []string{"/search", "/search?q=sovereignty"},
	},
	{
		name: "methods", action: auth.ReadPublished, pattern: "/methods", nav: "methods", build: buildMethods,
		screen: methodsScreen{}, schema: "entente.methods/1", about: "The rules and formulas in words, with their limits.",
		examples: []string{"/methods"},
	},
	{
		name: "about", action: auth.ReadPublished, pattern: "/about", nav: "about", build: buildAbout,
		screen: aboutScreen{}, schema: "entente.about/1", about: "The corpus: counts, provenance, licence, doubts.",
		examples: []string{"/about"},
	},
}

// compareNote makes the briefing note of a comparison.
func compareNote(s *site, p *view.Page) (*document.Document, error) { return brief.Compare(s.views, p) }

// blocNote makes the briefing note of a bloc.
func blocNote(s *site, p *view.Page) (*document.Document, error) { return brief.Bloc(s.views, p) }

func without1(list []string, word string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == word })
}

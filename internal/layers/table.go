package layers

// A Layer is one room of the building. A package may import packages of lower
// layers and of its own group (a package and the packages below its folder),
// nothing else of the module.
type Layer struct {
	// Rank orders the layers, the lowest first.
	Rank int
	// Name is what the layer is called in a failure message.
	Name string
	// Why is the reason for the place, shown when a package breaks the rule.
	Why string
	// Groups are the import paths without the module's name ("" is the root
	// package); each stands for itself and all packages below it, except those
	// that a longer path in the table places elsewhere.
	Groups []string
	// Pure forbids what reaches outside the process: files, network, databases.
	Pure bool
	// Outside lists the prefixes of the modules of others that may be imported;
	// nil forbids all of them, Anything allows all.
	Outside []string
}

// Anything allows imports from every module of others.
var Anything = []string{""}

// Table is the whole order, lowest layer first. A new package gets one entry
// here; a package that is in no layer fails the test.
var Table = []Layer{
	{
		Rank: 0, Name: "vocabulary", Pure: true, Groups: []string{""},
		Why: "the root package is the dictionary that everything else speaks; it depends on the standard library only",
	},
	{
		Rank: 10, Name: "measures", Pure: true, Outside: numerics,
		Groups: []string{
			"analysis/alignment", "analysis/candidates", "analysis/centrality", "analysis/community", "analysis/congruence",
			"analysis/diffusion", "analysis/idealpoint", "analysis/predict", "analysis/reliability",
		},
		Why: "a measure takes a Corpus or plain arrays and returns a result; it knows no file, no clock and no other analysis",
	},
	{
		Rank: 11, Name: "comparison", Pure: true, Outside: numerics, Groups: []string{"analysis/compare"},
		Why: "the comparison may use measures, never the suggestions made from it",
	},
	{
		Rank: 12, Name: "suggestion", Pure: true, Outside: numerics, Groups: []string{"analysis/suggest"},
		Why: "suggestions are read off a comparison, so they stand above it",
	},
	{
		Rank: 20, Name: "plain helpers", Outside: Anything,
		Groups: []string{
			"archives", "corpora", "internal/config", "internal/layers", "internal/message", "internal/progress",
			"internal/resolve", "internal/serving", "internal/testskip", "internal/version", "web",
		},
		Why: "helpers and embedded files know the vocabulary at most, so that every room can use them",
	},
	{
		Rank: 25, Name: "test servers", Outside: Anything, Groups: []string{"internal/pgtest"},
		Why: "a database for tests knows how a test skips, and no room of the program",
	},
	{
		Rank: 30, Name: "records", Outside: Anything,
		Groups: []string{
			"internal/archive", "internal/cite", "internal/datapackage", "internal/document", "internal/chart", "internal/graphfile", "internal/ledger",
		},
		Why: "reading, writing, citing and drawing records, vote archives and networks needs no face, no store and no partner",
	},
	{
		Rank: 35, Name: "views", Outside: Anything, Groups: []string{"internal/view"},
		Why: "what a face shows is put together once, so that terminal, pages and documents say the same; a view knows no face",
	},
	{
		Rank: 38, Name: "store", Outside: Anything, Groups: []string{"internal/store"},
		Why: "the versioned records are kept in one place, below everybody who reads or writes them",
	},
	{
		Rank: 40, Name: "the world", Outside: Anything,
		Groups: []string{
			"internal/anchor", "internal/auth", "internal/brief", "internal/extract", "internal/ingest",
			"internal/search", "internal/sheet", "internal/synthetic",
		},
		Why: "what touches the world serves the faces and must not know them; two of these rooms meet only above them",
	},
	{
		Rank: 42, Name: "exchange", Outside: Anything, Groups: []string{"internal/exchange"},
		Why: "a node of the exchange stands on the store and checks passwords as sign-in does; no other room needs to know it",
	},
	{
		Rank: 45, Name: "workbench", Outside: Anything, Groups: []string{"internal/workbench"},
		Why: "reading, coding and reviewing bring the rooms below together; the faces only show it",
	},
	{
		Rank: 50, Name: "web", Outside: Anything, Groups: []string{"internal/web"},
		Why: "the web face is started by the command line and cannot know it",
	},
	{
		Rank: 60, Name: "command line", Outside: Anything, Groups: []string{"internal/cli"},
		Why: "the command line wires everything together, so nothing but the program itself may import it",
	},
	{
		Rank: 70, Name: "programs", Outside: Anything, Groups: []string{"cmd", "internal/bench", "web/e2e"},
		Why: "a program is the end of the line; nobody imports it",
	},
}

// numerics are the modules that an analysis may use beside the standard library.
var numerics = []string{"gonum.org/v1/gonum"}

// impure are the standard packages (with all below them) that a pure layer must
// not import: with them a result could depend on more than its arguments.
var impure = []string{"database/sql", "log", "net", "os", "plugin", "syscall", "testing"}

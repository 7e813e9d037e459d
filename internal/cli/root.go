package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// global holds the flags that every command has.
type global struct {
	corpus  string
	db      string
	knownAt string
	colour  string
	getenv  func(string) string
	ctx     context.Context //nolint:containedctx // of the command that runs
}

// newRoot makes the command tree.
func newRoot(app *App) (*cobra.Command, *global) {
	g := &global{getenv: app.Getenv, ctx: context.Background()}
	root := &cobra.Command{
		Use:   "entente",
		Short: "where states agree, differ and stay silent on security in cyberspace",
		Long: `Entente sets side by side what states have said, signed and voted for on
security in cyberspace, as of any date, with a source for every line.

Actors are named by id, ISO code or name in any case: est, EE, Estonia.
Dates are 2021, 2021-02 or 2021-02-19. Without --as-of the date of the corpus's
release counts, never today.

` + exitCodesHelp(),
		Example: `  entente compare est jpn --as-of 2021-02-19
  entente changes est --from 2021-02-19 --to 2021-12-31
  entente actor Estonia --pillar law`,
		SilenceErrors: true, SilenceUsage: true,
		Args: noSuchCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SuggestionsMinimumDistance = 2
	flags := root.PersistentFlags()
	flags.StringVar(&g.corpus, "corpus", "", "use the corpus in this `folder` instead of the one that comes with the program")
	flags.StringVar(&g.db, "db", "", "use the workbench in this `store`: a file, or postgres://…; ENTENTE_DB does the same and keeps a password out of sight")
	flags.StringVar(&g.knownAt, "known-at", "", "with --db: what the workbench held published at this `instant` (2026-11-28 or 2026-11-28T09:00:00Z)")
	flags.StringVar(&g.colour, "color", "auto", "colour on the terminal: auto, always or never; NO_COLOR is heeded")
	_ = root.MarkPersistentFlagDirname("corpus") // only errs for a flag that is not there
	complete(root, "color", []string{"auto", "always", "never"})
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		g.ctx = cmd.Context()
		if err := notEmpty(cmd); err != nil {
			return err
		}
		return g.check()
	}
	root.AddGroup(
		&cobra.Group{ID: "ask", Title: "Questions:"},
		&cobra.Group{ID: "read", Title: "Records:"},
		&cobra.Group{ID: "exchange", Title: "Sharing with partners:"},
		&cobra.Group{ID: "keep", Title: "The corpus and the program:"},
	)
	for _, group := range []struct {
		id       string
		commands []func(*App, *global) *cobra.Command
	}{
		{"ask", []func(*App, *global) *cobra.Command{
			newCompareCommand, newChangesCommand, newNearestCommand, newBridgeCommand, newSuggestCommand, newNetworkCommand, newPredictCommand,
		}},
		{"read", []func(*App, *global) *cobra.Command{
			newActorCommand, newPropositionCommand, newInstrumentCommand, newSourceCommand, newSearchCommand, newVotesCommand, newScaleCommand, newThreatsCommand,
		}},
		{"exchange", []func(*App, *global) *cobra.Command{
			newShareCommand, newWithdrawCommand, newInboxCommand, newSealCommand, newNodeCommand, newPartnerCommand, newCommunityCommand, newCollectionCommand, newEmbargoCommand, newSyncCommand, newReceiptsCommand, newVerifyCommand,
		}},
		{"keep", []func(*App, *global) *cobra.Command{
			newInitCommand, newServeCommand, newUserCommand, newTokenCommand, newBackupCommand, newRestoreCommand, newLogCommand, newDiffCommand, newCheckCommand, newValidateCommand, newExportCommand, newImportCommand, newVersionCommand,
		}},
	} {
		for _, newCommand := range group.commands {
			c := newCommand(app, g)
			c.GroupID = group.id
			root.AddCommand(c)
		}
	}
	root.SetHelpCommandGroupID("keep")
	root.SetCompletionCommandGroupID("keep")
	return root, g
}

// noSuchCommand is the argument check of the program itself: any word left is a
// command that does not exist.
func noSuchCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := "entente --help lists the commands"
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		hint = "did you mean " + strings.Join(near, " or ") + "?"
	}
	return invalid("", fmt.Sprintf("there is no command %q", args[0]), hint)
}

// notEmpty refuses a flag that was given without a value: an empty setting must
// not silently mean the default.
func notEmpty(cmd *cobra.Command) error {
	var err error
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if v := f.Value.String(); err == nil && (v == "" || v == "[]") {
			err = invalid("--"+f.Name, "the value is empty", "give a value, or leave the flag out")
		}
	})
	return err
}

func (g *global) check() error {
	switch g.colour {
	case "auto", "always", "never":
		return nil
	}
	return invalid("--color", fmt.Sprintf("there is no choice %q", g.colour), "expected auto, always or never")
}

// colours reports whether output is coloured. toFile is true for --output: a
// file never gets colour.
func (g *global) colours(app *App, toFile bool) bool {
	switch {
	case toFile || g.colour == "never":
		return false
	case g.colour == "always":
		return true
	}
	_, terminal := app.Terminal()
	return terminal && app.Getenv("NO_COLOR") == "" && app.Getenv("TERM") != "dumb"
}

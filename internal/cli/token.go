package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"entente/internal/auth"
)

func newTokenCommand(app *App, g *global) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "token",
		Short:   "keys for programs that ask a workbench",
		Example: "  entente token add ana --name 'weekly export' --scope read,export --days 90 --db work.entente",
		Args:    noSuchCommand,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	under(cmd, "Tokens:", newTokenAddCommand(app, g), newTokenListCommand(app, g), newTokenRevokeCommand(app, g))
	return cmd
}

func newTokenAddCommand(app *App, g *global) *cobra.Command {
	var name string
	var scopes []string
	var days int
	cmd := &cobra.Command{
		Use:     "add ACCOUNT",
		Short:   "make a token; it is shown this once",
		Example: "  entente token add ana --name 'weekly export' --scope read,export --days 90 --db work.entente",
		Long: `Add makes a token for an account. Programs send it in the header
"Authorization: Bearer TOKEN". It can do no more than its account, and only what
its scopes name: ` + joinWords(auth.Scopes()) + `.`,
		Args: needs(1, 1, "the name of the account"),
	}
	f := cmd.Flags()
	f.StringVar(&name, "name", "", "what it is for, in a few `words`")
	f.StringSliceVar(&scopes, "scope", nil, "what it may be used for: "+joinWords(auth.Scopes())+" (repeat, or part with commas)")
	f.IntVar(&days, "days", 90, "valid for so many days, at most 367")
	complete(cmd, "scope", auth.Scopes())
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		n := auth.NewToken{Account: args[0], Name: name, Expires: time.Now().Add(time.Duration(days) * 24 * time.Hour)}
		for _, s := range scopes {
			n.Scopes = append(n.Scopes, auth.Scope(s))
		}
		return g.withAccounts(func(ctx context.Context, s *auth.Service) error {
			secret, t, err := s.CreateToken(ctx, n)
			if err != nil {
				return err
			}
			app.note("token %s of %s, valid to %s; it is shown this once", t.ID, t.Account, t.Expires.Format(time.DateOnly))
			_, err = fmt.Fprintln(app.Stdout, secret)
			return closedPipe(err)
		})
	}
	return cmd
}

func newTokenListCommand(app *App, g *global) *cobra.Command {
	return &cobra.Command{
		Use: "list [ACCOUNT]", Short: "list tokens, of one account or of all", Example: "  entente token list ana --db work.entente", Args: needs(0, 1, "at most one account"),
		RunE: func(_ *cobra.Command, args []string) error {
			account := ""
			if len(args) > 0 {
				account = args[0]
			}
			return g.withAccounts(func(ctx context.Context, s *auth.Service) error {
				list, err := s.Tokens(ctx, account)
				if err != nil {
					return err
				}
				for _, t := range list {
					state := "valid to " + t.Expires.Format(time.DateOnly)
					switch {
					case !t.Revoked.IsZero():
						state = "revoked " + t.Revoked.Format(time.DateOnly)
					case time.Now().After(t.Expires):
						state = "expired " + t.Expires.Format(time.DateOnly)
					}
					if _, err := fmt.Fprintf(app.Stdout, "%s  %-16s %-22s %v  %s\n", t.ID, t.Account, state, t.Scopes, clean(t.Name)); err != nil {
						return closedPipe(err)
					}
				}
				return nil
			})
		},
	}
}

func newTokenRevokeCommand(app *App, g *global) *cobra.Command {
	return &cobra.Command{
		Use: "revoke ACCOUNT ID", Short: "end a token at once", Example: "  entente token revoke ana PYEMyYVwVHRZ --db work.entente", Args: needs(2, 2, "an account and the id of its token"),
		RunE: func(_ *cobra.Command, args []string) error {
			return g.withAccounts(func(ctx context.Context, s *auth.Service) error {
				if err := s.RevokeToken(ctx, args[0], args[1]); err != nil {
					return err
				}
				_, err := fmt.Fprintf(app.Stdout, "the token %s is revoked\n", clean(args[1]))
				return closedPipe(err)
			})
		},
	}
}

//! Conditions on listings as flags: those of the table that the API and the pages read, so that one more is a flag at once.

use clap::builder::Str;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches};
use hereabouts_engine::near::CONDITIONS;

/// Conditions that were given, by name, as they were typed.
#[derive(Debug, Clone, Default)]
pub(crate) struct ConditionArgs(Vec<(&'static str, String)>);

impl ConditionArgs {
    /// Names and values.
    pub(crate) fn given(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }
}

impl FromArgMatches for ConditionArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let given = CONDITIONS.iter().filter_map(|field| {
            let value = if field.value.is_empty() {
                matches.get_flag(field.name).then(|| "true".to_owned())
            } else {
                matches.get_one::<String>(field.name).cloned()
            };
            Some((field.name, value?))
        });
        Ok(Self(given.collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// `step-free` for `step_free`: clap keeps names for as long as the program runs.
fn dashed(name: &'static str) -> Str {
    if name.contains('_') { Str::from(&*name.replace('_', "-").leak()) } else { Str::from(name) }
}

impl Args for ConditionArgs {
    fn augment_args(command: Command) -> Command {
        CONDITIONS.iter().fold(command, |command, field| {
            let arg = Arg::new(field.name).long(dashed(field.name)).help(field.about);
            command.arg(if field.value.is_empty() {
                arg.action(ArgAction::SetTrue)
            } else {
                arg.value_name(field.value)
            })
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

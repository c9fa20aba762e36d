//! AI systems elsewhere: whether what goes in leaves this computer, since when there is an agreement with whoever runs it, and
//! which system a practice uses for what.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

fn alter() -> TableAlterStatement {
    Table::alter().table(Alias::new("ai_systems")).to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Until now there were none elsewhere, and one for each purpose.
        for column in [
            boolean("local").default(true).take(),
            boolean("chosen").default(false).take(),
            date_null("agreement_on").take(),
        ] {
            manager.alter_table(alter().add_column(column).to_owned()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ["agreement_on", "chosen", "local"] {
            manager.alter_table(alter().drop_column(Alias::new(column)).to_owned()).await?;
        }
        Ok(())
    }
}

//! Tries to sign in at a provider, and the people who have come from one.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("sso_attempts")
                    .col(uuid("id"))
                    .col(uuid("practice_id"))
                    .col(uuid("connection_id"))
                    .col(blob("state_hash"))
                    .col(blob("browser_hash"))
                    .col(blob("kept"))
                    .col(timestamp_with_time_zone("expires_at"))
                    .col(timestamp_with_time_zone_null("used_at"))
                    .primary_key(&mut key(&["id"]))
                    .index(&mut unique(&["practice_id", "id"]))
                    .foreign_key(&mut in_practice())
                    .foreign_key(&mut belongs_to("connection_id", "sso_connections"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("sso_attempts", &["practice_id", "expires_at"])).await?;
        manager
            .create_table(
                table("sso_identities")
                    .col(uuid("practice_id"))
                    .col(blob("subject_index"))
                    .col(uuid("connection_id"))
                    .col(uuid("user_id"))
                    .col(timestamp_with_time_zone("created_at"))
                    .primary_key(&mut key(&["practice_id", "subject_index"]))
                    .foreign_key(&mut in_practice())
                    .foreign_key(&mut belongs_to("connection_id", "sso_connections"))
                    .foreign_key(&mut of_user())
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("sso_identities", &["practice_id", "connection_id"])).await?;
        let by_provider = boolean("by_provider").default(false).take();
        manager.alter_table(sessions().add_column(by_provider).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(sessions().drop_column(Alias::new("by_provider")).to_owned()).await?;
        manager.drop_table(drop_table("sso_identities")).await?;
        manager.drop_table(drop_table("sso_attempts")).await
    }
}

fn sessions() -> TableAlterStatement {
    Table::alter().table(Alias::new("auth_sessions")).to_owned()
}

//! Who is in care of which client, and who supervises whom.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Until now whoever treats saw every client: nobody loses sight of one by an update.
const AS_BEFORE: &str = "INSERT INTO care_team_members (practice_id, client_id, user_id, created_at) \
    SELECT c.practice_id, c.id, m.user_id, c.created_at FROM clients c \
    JOIN memberships m ON m.practice_id = c.practice_id \
    WHERE m.deactivated_at IS NULL AND m.role IN ('owner', 'clinician', 'supervisor', 'intern')";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("care_team_members")
                    .col(uuid("practice_id"))
                    .col(uuid("client_id"))
                    .col(uuid("user_id"))
                    .col(timestamp_with_time_zone("created_at"))
                    .primary_key(&mut key(&["practice_id", "user_id", "client_id"]))
                    .foreign_key(&mut of_member("user_id"))
                    .foreign_key(&mut belongs_to("client_id", "clients"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("care_team_members", &["practice_id", "client_id"])).await?;
        manager
            .create_table(
                table("supervisions")
                    .col(uuid("practice_id"))
                    .col(uuid("supervisor_id"))
                    .col(uuid("user_id"))
                    .col(timestamp_with_time_zone("created_at"))
                    .primary_key(&mut key(&["practice_id", "supervisor_id", "user_id"]))
                    .foreign_key(&mut of_member("supervisor_id"))
                    .foreign_key(&mut of_member("user_id"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("supervisions", &["practice_id", "user_id"])).await?;
        manager.get_connection().execute_unprepared(AS_BEFORE).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(drop_table("supervisions")).await?;
        manager.drop_table(drop_table("care_team_members")).await
    }
}

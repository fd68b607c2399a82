using Xunit;

namespace Thesis.Cmdlets.Tests.Faces;

public sealed class GetFaceProtocolTests : IDisposable
{
    private readonly ModuleSession _session = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("thesis-protocol-").FullName;

    public void Dispose()
    {
        _session.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_split_of_templates_is_joined_to_its_features_and_clustered()
    {
        File.WriteAllLines(Path.Combine(_folder, "verify_metadata_1.csv"), [
            "TEMPLATE_ID,SUBJECT_ID,FILE,MEDIA_ID", "1,a,1.jpg,1", "1,a,2.jpg,2", "2,a,3.jpg,3", "3,b,4.jpg,4"]);
        File.WriteAllLines(Path.Combine(_folder, "features.csv"), [
            "id,f0,f1", "4.jpg,0,1", "1.jpg,1,0", "2.jpg,1,0.1", "3.jpg,1,0.2"]);
        var result = _session.Run(
            $"Get-FaceProtocol '{_folder}/verify_metadata_1.csv' -FeaturePath '{_folder}/features.csv' -ByTemplate"
            + " | Invoke-FaceClustering -Oracle | ForEach-Object { \"$($_.Id) $($_.Cluster) $($_.Identity) $($_.Faces)\" }");
        Assert.Empty(result.ErrorIds);
        Assert.Equal(["1 0 a 2", "2 0 a 1", "3 1 b 1"], result.Output.Select(line => line.ToString()!));
    }

    [Fact]
    public void The_first_subjects_of_YouTube_Faces_are_taken_with_their_features_in_order()
    {
        File.WriteAllLines(Path.Combine(_folder, "A.labeled_faces.txt"), [@"A\0\0.1.jpg,0,10,10,4,4,0.0,1", @"A\0\0.1.jpg,0,20,10,4,4,0.0,1"]);
        File.WriteAllLines(Path.Combine(_folder, "B.labeled_faces.txt"), [@"B\0\0.1.jpg,0,10,10,4,4,0.0,1"]);
        File.WriteAllBytes(
            Path.Combine(_folder, "f.bin"), [.. new float[] { 1, 2, 3, 4, 5, 6 }.SelectMany(BitConverter.GetBytes)]);
        var result = _session.Run(
            $"Get-FaceProtocol -LiteralPath '{_folder}' -FeaturePath '{_folder}/f.bin' -FeatureDimension 2 -SubjectCount 1"
            + " | ForEach-Object { \"$($_.Id) $($_.Identity) $($_.Feature[1]) $($_.Left)\" }");
        Assert.Empty(result.ErrorIds);
        Assert.Equal(["A/0/0.1.jpg A 2 8", "A/0/0.1.jpg#2 A 4 18"], result.Output.Select(line => line.ToString()!));
    }

    [Fact]
    public void What_is_no_protocol_is_one_error_and_the_rest_goes_on()
    {
        File.WriteAllText(Path.Combine(_folder, "other.csv"), "a,b\n1,2\n");
        File.WriteAllText(Path.Combine(_folder, "Pair_list_F.txt"), "1 ../Data/Images/001/frontal/01.jpg\n");
        var result = _session.Run($"'{_folder}/other.csv', '{_folder}/Pair_list_F.txt', '{_folder}/none' | Get-FaceProtocol");
        Assert.Equal(2, result.ErrorIds.Count);
        Assert.Contains("FaceProtocolUnknown", result.ErrorIds);
        Assert.Single(result.Output);
    }
}
